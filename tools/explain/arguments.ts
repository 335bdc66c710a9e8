/** What a person can say to `npm run explain` on the command line. */
import { parseArgs } from 'node:util'

/** How to say it. */
export const USAGE = `usage: npm run explain -- FILE.snmprec [options]

Reads a recording as an Onsite reads the device it was made of, and tells every object that was asked, what it answered, and which
numbers of the reading that became.

  --profile FILE.yaml   read it with this profile that is not among the known ones yet, e.g. a draft
  --unused              also list the objects of makers that the recording holds and nothing asked for
  --help

Exit codes: 0 read, 1 a bug, 2 wrong usage, 3 the file is no recording or the profile does not compile, 4 no printer.`

export type Given =
  | { readonly ok: true; readonly kind: 'help' }
  | {
      readonly ok: true
      readonly kind: 'explain'
      readonly file: string
      readonly profile: string | undefined
      readonly isUnusedTold: boolean
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
        profile: { type: 'string' },
        unused: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return { ok: true, kind: 'help' }
    const [file, ...others] = positionals
    if (file === undefined || others.length > 0) return { ok: false, detail: 'name one recording, FILE.snmprec' }
    return { ok: true, kind: 'explain', file, profile: values.profile, isUnusedTold: values.unused }
  } catch (error) {
    // parseArgs throws for what a person typed: its message says what is wrong.
    return { ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}
