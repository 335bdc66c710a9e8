/** What a person can say to `npm run draft` on the command line. */
import { parseArgs } from 'node:util'

/** How to say it. */
export const USAGE = `usage: npm run draft -- FILE.snmprec [options]

Makes a draft of a profile for a device that no profile knows yet: its labelled tables as rules (confidence D), what only a person can
say as comments that begin with QUESTION. It compiles as it is; try it with npm run explain -- FILE.snmprec --profile DRAFT.yaml

  --out FILE     where to write (standard output); a file that is there is never written over
  --again        draft one although a profile knows the device already
  --without NAME leave this profile out first, as if it did not exist; may be given often
  --help

Exit codes: 0 drafted, 1 a bug, 2 wrong usage, 3 the file is no recording, 4 a profile knows the device already, 5 the file cannot be written.`

export type Given =
  | { readonly ok: true; readonly kind: 'help' }
  | {
      readonly ok: true
      readonly kind: 'draft'
      readonly file: string
      readonly out: string | undefined
      readonly isAgain: boolean
      readonly without: readonly string[]
    }
  | { readonly ok: false; readonly detail: string }

/** Reads a command line. */
export function readArguments(words: readonly string[]): Given {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      strict: true,
      options: {
        out: { type: 'string' },
        again: { type: 'boolean', default: false },
        without: { type: 'string', multiple: true },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return { ok: true, kind: 'help' }
    const [file, ...others] = positionals
    if (file === undefined || others.length > 0) return { ok: false, detail: 'name one recording, FILE.snmprec' }
    return { ok: true, kind: 'draft', file, out: values.out, isAgain: values.again, without: values.without ?? [] }
  } catch (error) {
    // parseArgs throws for what a person typed: its message says what is wrong.
    return { ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}
