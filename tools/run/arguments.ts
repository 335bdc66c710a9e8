/** What a person can say to `./run`. */
import path from 'node:path'
import { parseArgs } from 'node:util'

/** How to say it. */
export const usage = `./run [RANGE ...] [options]

Starts Central with its embedded database and an Onsite. Without a RANGE it also starts simulated printers and reads those.
RANGE is a network (192.168.10.0/24), a span (192.168.12.5-192.168.12.60) or one address of a real network.

Demo and real printers never mix: without a RANGE everything is kept in var/demo, with one in var/network, each with a
Central, an Onsite and a login of its own.

  --printers N   simulated printers, at least 1 (40)
  --port N       where the browser finds Central (8080)
  --data DIR     folder of the folders demo and network (var)
  --speed N      simulated printers print N times faster than real ones (20)
  --fresh        forget what an earlier run of the same kind, demo or network, kept
  --help         this text

DATABASE_URL=postgresql://... keeps the data on a PostgreSQL server instead; demo and network need a database each.`

/** A run as asked for. */
export interface RunOptions {
  readonly ranges: readonly string[]
  readonly printers: number
  readonly port: number
  /** Folder of this kind of run, beside that of the other kind: an Onsite keeps its port and Central its printers. */
  readonly data: string
  readonly speed: number
  readonly fresh: boolean
}

/** Reads the words after `./run`. `help` asks for the usage, `detail` says what cannot be meant. */
export type ReadRun =
  | { readonly kind: 'run'; readonly options: RunOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly detail: string }

export function readRun(words: readonly string[]): ReadRun {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        printers: { type: 'string', default: '40' },
        port: { type: 'string', default: '8080' },
        data: { type: 'string', default: 'var' },
        speed: { type: 'string', default: '20' },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return { kind: 'help' }
    const printers = whole(values.printers, 1, 4000)
    const port = whole(values.port, 1, 65_535)
    const speed = whole(values.speed, 1, 1_000_000)
    if (printers === null) return wrong('--printers', values.printers, '1 to 4000')
    if (port === null) return wrong('--port', values.port, '1 to 65535')
    if (speed === null) return wrong('--speed', values.speed, '1 to 1000000')
    const { fresh } = values
    const data = path.join(values.data, positionals.length === 0 ? 'demo' : 'network')
    return { kind: 'run', options: { ranges: positionals, printers, port, data, speed, fresh } }
  } catch (error) {
    // parseArgs throws for options it does not know: the person's words, not a bug.
    return { kind: 'wrong', detail: error instanceof Error ? error.message : String(error) }
  }
}

function whole(text: string, least: number, most: number): number | null {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : null
}

function wrong(option: string, text: string, range: string): ReadRun {
  return { kind: 'wrong', detail: `${option} ${text} is not a number from ${range}.` }
}
