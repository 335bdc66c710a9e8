/** What a person can say to `tools/simulate` on the command line. */
import { parseArgs } from 'node:util'

/** How to say it. */
export const USAGE = `usage: node tools/simulate/main.ts --recordings PATH [PATH...] [options]
  --recordings PATH   files or folders of .snmprec recordings
  --count N           devices (40)
  --port N            UDP port (16100)
  --base ADDRESS      address of the first device (127.20.0.1)
  --spacing N         one device every N addresses (1)
  --seed TEXT         another seed is another fleet (platen)
  --speed N           print N times faster than real time (1)
  --community TEXT    (public)
  --swallow           addresses without a device are silent, as in a network; else they are refused at once
  --verbatim          say exactly what was recorded, no serials and names of their own`

/** The options of a fleet, as far as a command line can give them. */
export interface Arguments {
  readonly recordings: readonly string[]
  readonly count: number
  readonly port: number
  readonly base: string
  readonly spacing: number
  readonly seed: string
  readonly speed: number
  readonly individual: boolean
  readonly swallow: boolean
  readonly agent: { readonly community: string }
}

/** Reads a command line. Words without an option are further recordings. */
export function readArguments(
  words: readonly string[],
): { readonly ok: true; readonly options: Arguments } | { readonly ok: false; readonly detail: string } {
  const { values, positionals, tokens } = parseArgs({
    args: [...words],
    allowPositionals: true,
    strict: false,
    tokens: true,
    options: {
      recordings: { type: 'string', multiple: true },
      count: { type: 'string', default: '40' },
      port: { type: 'string', default: '16100' },
      base: { type: 'string', default: '127.20.0.1' },
      spacing: { type: 'string', default: '1' },
      seed: { type: 'string', default: 'platen' },
      speed: { type: 'string', default: '1' },
      community: { type: 'string', default: 'public' },
      verbatim: { type: 'boolean', default: false },
      swallow: { type: 'boolean', default: false },
    },
  })
  const stranger = tokens.find((token) => token.kind === 'option' && !KNOWN.has(token.name))
  if (stranger?.kind === 'option') return { ok: false, detail: `--${stranger.name} is not known` }
  const recordings = [...[values.recordings ?? []].flat().map(String), ...positionals]
  if (recordings.length === 0) return { ok: false, detail: 'no recordings given' }
  const numbers = { count: values.count, port: values.port, spacing: values.spacing, speed: values.speed }
  for (const [name, text] of Object.entries(numbers)) {
    if (!/^\d+(\.\d+)?$/.test(String(text))) return { ok: false, detail: `--${name} ${text} is no number` }
  }
  return {
    ok: true,
    options: {
      recordings,
      count: Number(numbers.count),
      port: Number(numbers.port),
      base: String(values.base),
      spacing: Math.max(1, Number(numbers.spacing)),
      seed: String(values.seed),
      speed: Number(numbers.speed),
      individual: values.verbatim !== true,
      swallow: values.swallow === true,
      agent: { community: String(values.community) },
    },
  }
}

const KNOWN = new Set([
  'recordings',
  'count',
  'port',
  'base',
  'spacing',
  'seed',
  'speed',
  'community',
  'verbatim',
  'swallow',
])
