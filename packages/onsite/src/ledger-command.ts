/** The command `ledger`: what was asked and what was sent, shown, checked, and handed to whoever wants to check it without this program. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { withOnsite } from './commands.ts'
import type { LedgerKind, LedgerLine } from './ledger.ts'
import type { LedgerWords } from './ledger-words.ts'
import { printable } from './screens.ts'
import { type Action, type Context, complain, exitCodes, say } from './terminal.ts'
import { fillText, type Words } from './words.ts'

/** Lines shown where nobody says how many. */
const SHOWN = 20

/** `ledger show` */
export const ledgerShowCommand: Action = (context, options) =>
  withOnsite(context, 'look', async (onsite) => {
    const { words } = context
    const last = z.coerce
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .safeParse(options.last ?? SHOWN)
    if (!last.success) return fails(context, words.ledger.notANumber, {}, exitCodes.usage)
    const lines = [...onsite.ledger.last(last.data)].reverse()
    if (options.json === true) for (const line of lines) say(context, JSON.stringify(line))
    else if (lines.length === 0) say(context, words.ledger.none)
    else for (const line of lines) say(context, `${line.n}  ${line.at}  ${sentenceOf(words, line)}`)
    return exitCodes.done
  })

/** `ledger verify` */
export const ledgerVerifyCommand: Action = (context) =>
  withOnsite(context, 'look', async (onsite) => {
    const { words } = context
    const broken = onsite.ledger.firstBroken()
    if (broken !== null) return fails(context, words.ledger.broken, { n: broken }, exitCodes.state)
    const [last] = onsite.ledger.last(1)
    const { n = 0, hash = '-' } = last ?? {}
    say(context, last === undefined ? words.ledger.none : fillText(words, words.ledger.whole, { lines: n, n, hash }))
    return exitCodes.done
  })

/** `ledger export`: to a new file only, whole or with an error. */
export const ledgerExportCommand: Action = (context, _options, [file = '']) =>
  withOnsite(context, 'look', async (onsite) => {
    const { words } = context
    let lines = 0
    try {
      const opened = openSync(file, 'wx', 0o640)
      try {
        for (const line of onsite.ledger.lines()) {
          writeSync(opened, `${JSON.stringify(line)}\n`)
          lines += 1
        }
        fsyncSync(opened)
      } finally {
        closeSync(opened)
      }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      const code = String(error.code)
      if (code === 'EEXIST') return fails(context, words.ledger.exists, { file }, exitCodes.usage)
      return fails(context, words.ledger.notWritten, { file, code }, exitCodes.usage)
    }
    say(context, fillText(words, words.ledger.exported, { lines, file }))
    return exitCodes.done
  })

const detailSchema = z.record(z.string(), z.unknown())

/** A line in plain words. */
export function sentenceOf(words: Words, { what, detail }: LedgerLine): string {
  const parsed = detailSchema.safeParse(JSON.parse(detail))
  const said = parsed.success ? parsed.data : {}
  const blanks = Object.entries(said).map(([name, value]) => [name, blankOf(words, name, value)] as const)
  const text = isKind(words.ledger, what) ? fillText(words, words.ledger.kinds[what], Object.fromEntries(blanks)) : what
  return printable(typeof said.refused === 'string' ? `${text}: ${said.refused}` : text)
}

function isKind({ kinds }: LedgerWords, what: string): what is LedgerKind {
  return Object.hasOwn(kinds, what)
}

function blankOf({ ledger }: Words, name: string, value: unknown): string | number {
  if (name === 'kind' || name === 'of') return { ...ledger.looks, ...ledger.lists }[String(value)] ?? String(value)
  if (name === 'hash') return shortHash(value)
  if (typeof value === 'number' || typeof value === 'string') return value
  if (Array.isArray(value)) return value.join(', ')
  return isListed(value) ? shortHash(value.list) : JSON.stringify(value)
}

/** Enough of a hash to find the line that has it. */
function shortHash(hash: unknown): string {
  return `#${String(hash).slice(0, 12)}`
}

function isListed(value: unknown): value is { list: unknown } {
  return typeof value === 'object' && value !== null && 'list' in value
}

function fails(
  context: Context,
  [what, next]: readonly [string, string],
  blanks: Readonly<Record<string, string | number>>,
  code: number,
): number {
  complain(context, `${fillText(context.words, what, blanks)}\n${fillText(context.words, next, blanks)}`)
  return code
}
