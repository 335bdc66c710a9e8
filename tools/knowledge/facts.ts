/** What a plain decoding of a real recording says, as the corpus beside the repository keeps it: raw numbers, no judgement. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Level } from '@platen/model'
import { asList, asRecord } from './json.ts'

/** The facts of one recording that a reading must agree with. */
export interface Facts {
  /** Absent where the device has none, or one that was masked. */
  readonly serial: string | undefined
  readonly lifeCounts: readonly number[]
  readonly supplies: readonly { readonly index: string; readonly level: Level }[]
}

/** Reads the facts of a recording by name. */
export async function readFacts(folder: string, name: string): Promise<Facts> {
  const json = asRecord(JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')))
  const serials = Object.values(asRecord(asRecord(json.prtGeneral).serialNumber)).filter(
    (one) => typeof one === 'string',
  )
  const serial = serials.map((one) => one.trim()).find((one) => one !== '' && !/^(<.*>|X+)$/.test(one))
  const lifeCounts = asList(json.marker).flatMap(({ lifeCount }) => (typeof lifeCount === 'number' ? [lifeCount] : []))
  return { serial, lifeCounts, supplies: asList(json.supplies).map(supplyOf) }
}

/** The page counts another program's own test expects of a recording; none where it has no such test or counts nothing. */
export async function readCounters(folder: string, name: string): Promise<readonly bigint[]> {
  const text = await readFile(join(folder, `${name}.json`), 'utf8').catch(() => '{}')
  const counters = asRecord(asRecord(JSON.parse(text)).counters)
  return ['page_counter', 'bw_counter', 'color_counter', 'duplex_unit_pages_counter'].flatMap((counter) => {
    const count = counters[counter]
    return typeof count === 'number' ? [BigInt(count)] : []
  })
}

/** One row of the supply table as its raw numbers mean it (RFC 3805 prtMarkerSuppliesLevel and -MaxCapacity). */
export function supplyOf(row: Readonly<Record<string, unknown>>): { index: string; level: Level } {
  const level = typeof row.level === 'number' ? row.level : -2
  const said = typeof row.capacity === 'number' ? row.capacity : -2
  // Per cent needs no capacity, tenths of grams and millilitres are read in whole ones: RFC 3805 units 19, 13 and 15.
  const capacity = row.unit === 19 ? 100 : said
  const per = row.unit === 13 || row.unit === 15 ? 10 : 1
  return { index: String(row.index), level: levelOf(level, capacity, per) }
}

function levelOf(level: number, capacity: number, per: number): Level {
  if (level === -3) return { kind: 'some' }
  if (level === -1) return { kind: 'unlimited' }
  if (level < 0 || capacity <= 0) return { kind: 'unknown' }
  return { kind: 'measured', left: level / per, capacity: capacity / per }
}
