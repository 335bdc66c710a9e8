/** The command line of platen-onsite: which commands and options there are, in the language of whoever calls. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { backupCommand, restoreCommand } from './backup-command.ts'
import { askCommand, enrolCommand, roundCommand, runCommand, statusCommand } from './commands.ts'
import { stateFiles } from './database.ts'
import { ledgerExportCommand, ledgerShowCommand, ledgerVerifyCommand } from './ledger-command.ts'
import { pagePasswordCommand } from './page-command.ts'
import { scopeCheckCommand, scopeImportCommand, scopeRulesCommand, scopeShowCommand } from './scope-commands.ts'
import { rulers } from './scope-rules.ts'
import { type Action, type Context, exitCodes, type Terminal, textOf } from './terminal.ts'
import { testCommand } from './test-command.ts'
import { type OptionName, type Words, wordsFor } from './words.ts'

const STATE_FOLDER = '/var/lib/platen-onsite'
const SYSTEM_SCOPE = '/etc/platen-onsite/scope.toml'

/** Runs one command line (without program and script name) and answers the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCodes.done
  const words = wordsFor(languageIn(args) ?? terminal.locale)
  const program = commandLine(terminal, words, (answered) => {
    code = answered
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Commander ends help and version this way too.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  }
}

function commandLine(terminal: Terminal, words: Words, end: (code: number) => void): Command {
  const { help } = words
  const option = (name: OptionName) => help.options[name]
  const program = new Command('platen-onsite').description(help.program).addHelpText('after', `\n${help.exitCodes}`)
  program.option('--state <folder>', option('state'), STATE_FOLDER)
  program.option('--scope <file>', option('scope'))
  program.option('--language <language>', option('language'))
  program.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
  program.configureHelp({ styleTitle: (title) => help.titles[title] ?? title })
  const add = (command: Command, action: Action) =>
    command.action(async (...given: unknown[]) => {
      const context = contextOf(terminal, words, program.opts())
      end(
        await action(
          context,
          command.opts(),
          given
            .slice(0, -2)
            .flat()
            .filter((one) => one !== undefined)
            .map(String),
        ),
      )
    })
  add(
    program
      .command('enrol')
      .description(help.enrol)
      .requiredOption('--server <url>', option('server'))
      .requiredOption('--email <address>', option('email'))
      .option('--password <password>', option('password'))
      .option('--proxy <url>', option('proxy'))
      .option('--ca <file>', option('ca'))
      .option('--trust <file>', option('trust'))
      .option('--instructions <file>', option('instructions'))
      .option('--snmp-port <port>', option('snmpPort'))
      .option('--again', option('again')),
    enrolCommand,
  )
  add(program.command('round').description(help.round).option('--no-deliver', option('noDeliver')), roundCommand)
  add(program.command('run').description(help.run).option('--at-once', option('atOnce')), runCommand)
  add(program.command('status').description(help.status).option('--json', option('json')), statusCommand)
  add(
    program
      .command('ask <address>')
      .description(help.ask)
      .option('--json', option('json'))
      .option('--community <name>', option('community')),
    askCommand,
  )
  add(
    program
      .command('test [address]')
      .description(words.scope.help.test)
      .option('--json', option('json'))
      .option('--community <name>', option('community')),
    testCommand,
  )
  add(program.command('backup <file>').description(help.backup), backupCommand)
  add(program.command('restore <file>').description(help.restore), restoreCommand)
  const page = program.command('page').description(help.page)
  add(page.command('password').description(help.pagePassword), pagePasswordCommand)
  addScope(program, words, add)
  addLedger(program, words, add)
  return program
}

function addScope(program: Command, words: Words, add: (command: Command, action: Action) => Command): void {
  const { help, options } = words.scope
  const scope = program.command('scope').description(words.help.scope)
  add(scope.command('show').description(help.show).option('--json', words.help.options.json), scopeShowCommand)
  add(scope.command('check [addresses...]').description(words.help.check), scopeCheckCommand)
  add(
    scope
      .command('import <file>')
      .description(help.import)
      .option('--print', options.print)
      .option('--replace', options.replace),
    scopeImportCommand,
  )
  add(
    scope
      .command(`rules <${rulers.join('|')}>`)
      .description(help.rules)
      .option('--also <address>', options.also, (one: string, all: readonly string[] | undefined) => [
        ...(all ?? []),
        one,
      ])
      .option('--user <name>', options.user),
    scopeRulesCommand,
  )
}

function addLedger(program: Command, words: Words, add: (command: Command, action: Action) => Command): void {
  const { help } = words.ledger
  const ledger = program.command('ledger').description(help.ledger)
  add(
    ledger
      .command('show')
      .description(help.show)
      .option('--last <number>', help.last)
      .option('--json', words.help.options.json),
    ledgerShowCommand,
  )
  add(ledger.command('verify').description(help.verify), ledgerVerifyCommand)
  add(ledger.command('export <file>').description(help.export), ledgerExportCommand)
}

function contextOf(terminal: Terminal, words: Words, options: Record<string, unknown>): Context {
  const folder = textOf(options.state) ?? STATE_FOLDER
  const inState = join(folder, stateFiles.scope)
  // Where the packaged service has it: root's, in a folder of root's.
  const isPackaged = options.state === STATE_FOLDER && existsSync(SYSTEM_SCOPE)
  return {
    terminal,
    run: main,
    words,
    folder,
    scopeFile: textOf(options.scope) ?? (isPackaged ? SYSTEM_SCOPE : inState),
  }
}

/** The language has to be known before Commander is set up, since its help is in it. */
function languageIn(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === '--language' || arg.startsWith('--language='))
  return at === -1 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1])
}
