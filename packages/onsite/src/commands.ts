/**
 * The commands of platen-onsite: each opens what it needs, does one thing, shows one screen and answers an exit code.
 */
import { existsSync } from 'node:fs'
import { type Hindrance, type Onsite, openOnsite } from './onsite.ts'
import { serveBeside } from './page-command.ts'
import { run } from './run.ts'
import { writersOf } from './scope-guard.ts'
import { warningLines } from './scope-screens.ts'
import {
  askFailureScreen,
  askScreen,
  deliveredScreen,
  failureScreen,
  progressLine,
  roundScreen,
  statusScreen,
} from './screens.ts'
import { putBack, setAside } from './set-aside.ts'
import { statusOf } from './status.ts'
import {
  type Action,
  type Context,
  complain,
  exitCodes,
  hindered,
  hindranceCode,
  progressOn,
  say,
  textOf,
} from './terminal.ts'
import { fill, type Words } from './words.ts'
import { moment } from './world.ts'

/** `enrol` */
export const enrolCommand: Action = async (context, options) => {
  const { terminal, words, folder } = context
  const password = textOf(options.password) ?? (await terminal.readPassword(fill(words, 'askPassword')))
  if (options.again !== true) return enrolNow(context, options, password)
  const aside = setAside(folder, terminal.world.clock.wall())
  if (!aside.ok) return hindered(context, aside)
  let code: number = exitCodes.bug
  try {
    code = await enrolNow(context, options, password)
  } finally {
    // However it ended, a bug included: without the new enrolment the old one counts.
    if (code !== exitCodes.done) putBack(folder, aside.path)
  }
  if (code === exitCodes.done && aside.path !== null) say(context, fill(words, 'setAside', { path: aside.path }))
  return code
}

function enrolNow(context: Context, options: Record<string, unknown>, password: string): Promise<number> {
  const { terminal, words } = context
  return withOnsite(context, 'work', async (onsite) => {
    const { proxy, ca, trust, instructions } = options
    const enrolled = await onsite.enrol({
      server: String(options.server),
      email: String(options.email),
      password: password.trim(),
      hostName: terminal.hostName,
      proxy: textOf(proxy),
      ca: textOf(ca),
      trust: textOf(trust),
      instructions: textOf(instructions),
      snmpPort: options.snmpPort === undefined ? undefined : Number(options.snmpPort),
    })
    if (enrolled.ok) {
      say(context, `${fill(words, 'enrolled', { name: enrolled.name })}\n${fill(words, 'enrolledNext')}`)
      return exitCodes.done
    }
    complain(context, failureScreen(words, enrolled))
    return 'refusal' in enrolled ? exitCodes.enrolment : hindranceCode(enrolled)
  })
}

/** `round` */
export const roundCommand: Action = (context, options) =>
  withOnsite(context, 'work', async (onsite) => {
    const { terminal, words } = context
    const progress = progressOn(context)
    const done = await onsite.round({
      signal: terminal.stop,
      onProgress: (reached) => progress.show(() => progressLine(words, reached)),
    })
    progress.end()
    if (!done.ok) return hindered(context, done)
    say(context, roundScreen(words, done))
    return options.deliver === false ? exitCodes.done : deliverNow(context, onsite)
  })

async function deliverNow(context: Context, onsite: Onsite): Promise<number> {
  const { words, terminal } = context
  const delivered = await onsite.deliver(terminal.stop)
  if (delivered.ok) {
    say(context, deliveredScreen(words, delivered))
    return exitCodes.done
  }
  complain(context, `${failureScreen(words, delivered)}\n${waiting(context, onsite)}`)
  return 'refusal' in delivered ? exitCodes.notDelivered : hindranceCode(delivered)
}

function waiting({ words }: Context, onsite: Onsite): string {
  const { readings, envelopes } = onsite.outbox.waiting()
  return fill(words, 'waits', { readings, envelopes })
}

/** `run` */
export const runCommand: Action = (context, options) =>
  withOnsite(context, 'work', async (onsite) => {
    const { terminal, words } = context
    const { settings, scope } = statusOf(onsite)
    if (settings === null) return hindered(context, { ok: false, reason: 'notEnrolled', detail: '' })
    const stamped = (text: string) =>
      say(context, `${moment(terminal.world.clock.wall())} ${text.replaceAll('\n', ' ')}`)
    stamped(fill(words, 'running', { addresses: scope.ok ? scope.addresses : 0, minutes: settings.intervalMinutes }))
    for (const line of openToOthers(context)) complain(context, line)
    terminal.stop.addEventListener('abort', () => stamped(fill(words, 'stopping')), { once: true })
    const endPage = await serveBeside(context, onsite, context.run)
    await run(onsite, {
      signal: terminal.stop,
      spread: options.atOnce !== true,
      ...(terminal.startTraps === undefined ? {} : { startTraps: terminal.startTraps }),
      onRound: (done) => stamped(done.ok ? roundScreen(words, done) : failureScreen(words, done)),
      onContact: (done) => stamped(done.ok ? deliveredScreen(words, done) : failureScreen(words, done)),
    })
    await endPage()
    stamped(fill(words, 'stopped'))
    return exitCodes.done
  })

/** Who else may write the scope file is said at each start of the service. */
function openToOthers({ words, scopeFile }: Context): readonly string[] {
  const writers = existsSync(scopeFile) ? writersOf(scopeFile) : []
  return writers.length === 0 ? [] : warningLines(words, { warnings: [], writers })
}

/** `status` */
export const statusCommand: Action = (context, options) =>
  withOnsite(context, 'look', async (onsite) => {
    const status = statusOf(onsite)
    say(context, options.json === true ? JSON.stringify(status, null, 2) : statusScreen(context.words, status))
    return status.onsite === null ? exitCodes.notEnrolled : exitCodes.done
  })

/** `ask` */
export const askCommand: Action = (context, options, [address = '']) =>
  withOnsite(context, 'look', async (onsite) => {
    const { words } = context
    const asked = await onsite.ask(address, textOf(options.community))
    if (options.json === true) say(context, JSON.stringify(asked, decimal, 2))
    if (asked.ok) {
      if (options.json !== true) say(context, askScreen(words, asked))
      return exitCodes.done
    }
    if (isHindrance(words, asked)) return hindered(context, asked)
    if (options.json !== true) complain(context, askFailureScreen(words, asked))
    return unanswered.includes(asked.reason) ? exitCodes.noAnswer : exitCodes.notAgreed
  })

const unanswered: readonly string[] = ['silent', 'unreachable', 'refused', 'notAPrinter', 'stopped']

function isHindrance(words: Words, failure: { readonly ok: false; readonly reason: string }): failure is Hindrance {
  return Object.hasOwn(words.hindrances, failure.reason)
}

/** Opens the state folder, does the work, and closes it whatever happens. */
export async function withOnsite(
  context: Context,
  access: 'work' | 'look',
  work: (onsite: Onsite) => Promise<number>,
): Promise<number> {
  const { terminal, folder, scopeFile } = context
  const opened = openOnsite({ folder, scopeFile, access, world: terminal.world, ...terminal.onsite })
  if (!opened.ok) return hindered(context, opened)
  try {
    return await work(opened.onsite)
  } finally {
    opened.onsite.close()
  }
}

/** JSON knows no whole numbers of 64 bits: they are decimal texts, as on the wire. */
function decimal(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
