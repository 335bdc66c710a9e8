/** What every command stands on: the terminal it prints to, its exit codes, and how it says that something local is in the way. */
import type { Hindrance, OnsiteOptions } from './onsite.ts'
import { failureScreen } from './screens.ts'
import type { TrapStart } from './trap-ear.ts'
import type { Words } from './words.ts'
import type { World } from './world.ts'

/** What the commands print to and read from. */
export interface Terminal {
  readonly out: (text: string) => void
  /** Text without a line end for the progress line, which begins with a carriage return. */
  readonly err: (text: string) => void
  /** Whether a person sees `err`: a progress line makes sense only then. */
  readonly interactive: boolean
  readonly readPassword: (prompt: string) => Promise<string>
  /** The machine's locale. */
  readonly locale: string | undefined
  readonly hostName: string
  readonly world: World
  /** Aborted when the process is asked to end. */
  readonly stop: AbortSignal
  readonly onsite?: Pick<OnsiteOptions, 'exchange' | 'transport' | 'environment'>
  /** Without it no traps are heard. */
  readonly startTraps?: TrapStart
}

/** How a command ends; the numbers are documented in docs/operator.md and stay. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  scope: 3,
  notEnrolled: 4,
  enrolment: 5,
  notDelivered: 6,
  state: 7,
  instructions: 8,
  notAgreed: 9,
  noAnswer: 10,
} as const

/** A progress line more often than this is work for nobody. */
const PROGRESS_MS = 200

/** What a command knows of its call. */
export interface Context {
  readonly terminal: Terminal
  /** The program itself: the local page shows what its commands say. */
  readonly run: Run
  readonly words: Words
  readonly folder: string
  readonly scopeFile: string
}

/** Runs a command line, as main does. */
export type Run = (args: readonly string[], terminal: Terminal) => Promise<number>

/** One command: options and arguments as Commander gives them, answers the exit code. */
export type Action = (context: Context, options: Record<string, unknown>, args: readonly string[]) => Promise<number>

/** Shows what is in the way and answers its exit code. */
export function hindered(context: Context, hindrance: Hindrance): number {
  complain(context, failureScreen(context.words, hindrance))
  return hindranceCode(hindrance)
}

/** The exit code for something local that is in the way. */
export function hindranceCode({ reason }: Hindrance): number {
  switch (reason) {
    case 'noScope':
    case 'badScope':
      return exitCodes.scope
    case 'notEnrolled':
      return exitCodes.notEnrolled
    case 'badConfig':
      return exitCodes.usage
    case 'missing':
    case 'noTrust':
    case 'badTrust':
    case 'notSigned':
    case 'badSignature':
    case 'badInstructions':
    case 'otherFormat':
    case 'tooLarge':
      return exitCodes.instructions
    default:
      return exitCodes.state
  }
}

/** A line that is written over, only where a person looks. */
export function progressOn({ terminal }: Context): { show(line: () => string): void; end(): void } {
  if (!terminal.interactive) return { show: () => undefined, end: () => undefined }
  let last = Number.NEGATIVE_INFINITY
  return {
    show(line) {
      const now = terminal.world.clock.now()
      if (now - last < PROGRESS_MS) return
      last = now
      terminal.err(`\r\u001b[K${line()}`)
    },
    end: () => terminal.err('\r\u001b[K'),
  }
}

/** Prints a screen. */
export function say({ terminal }: Context, text: string): void {
  terminal.out(`${text}\n`)
}

/** Prints what went wrong, beside the output. */
export function complain({ terminal }: Context, text: string): void {
  terminal.err(`${text}\n`)
}

/** An option's text, if it was given. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
