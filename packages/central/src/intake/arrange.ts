/**
 * Sorts what a delivery brought into readings that can be stored and lines that must be kept aside, each with its reason. Pure: what it
 * needs is in the delivery.
 */
import type { Reading } from '@platen/model'
import { fromJson, parseJson, type ReadingFate, readingSchema } from '@platen/wire'
import { type Columns, columnsOf, meterMost } from './columns.ts'
import { type Evidence, evidenceOf } from './evidence.ts'
import type { Parcel } from './open.ts'

/** A reading that can be stored. `item` is its line in the envelope; `evidence` is never empty. */
export interface Line {
  readonly reading: Reading
  readonly columns: Columns
  readonly item: number
  /** The line as it was sent. */
  readonly raw: Uint8Array
  readonly evidence: readonly Evidence[]
}

/** A reading with its moment as Central keeps it. */
export interface Placed extends Line {
  readonly at: number
}

/** A line kept aside; `item` null stands for the whole envelope, whose bytes are kept as every envelope's. */
export interface Aside {
  readonly item: number | null
  readonly reason: string
  readonly detail: string
  readonly content: Uint8Array | null
}

/** One parcel, sorted. */
export interface Arranged {
  readonly parcel: Parcel
  readonly lines: readonly Line[]
  readonly aside: readonly Aside[]
}

/** Sorts every parcel of one Onsite's delivery. */
export function arrange(parcels: readonly Parcel[], onsite: string): readonly Arranged[] {
  return parcels.map((parcel) => {
    if (parcel.kind === 'contact') return { parcel, lines: [], aside: [] }
    if (parcel.kind === 'bad') {
      const { reason, detail } = parcel
      return { parcel, lines: [], aside: [{ item: null, reason, detail, content: null }] }
    }
    const lines: Line[] = []
    const aside: Aside[] = []
    for (const [item, fate] of parcel.fates.entries()) {
      const judged = judge(fate, onsite)
      if (!judged.ok) {
        aside.push({ item, reason: judged.reason, detail: judged.detail, content: fate.raw })
        continue
      }
      const { reading, columns, evidence } = judged
      lines.push({ reading, columns, evidence, item, raw: fate.raw })
    }
    return { parcel, lines, aside }
  })
}

type Judged =
  | {
      readonly ok: true
      readonly reading: Reading
      readonly columns: Columns
      readonly evidence: readonly Evidence[]
    }
  | { readonly ok: false; readonly reason: string; readonly detail: string }

function judge(fate: ReadingFate, onsite: string): Judged {
  const reading = fate.ok ? fate.reading : cleaned(fate)
  if (reading === null) return fate.ok ? never() : { ok: false, reason: fate.reason, detail: fate.detail }
  const columns = columnsOf(reading)
  if (columns.meters.some((value) => value > meterMost)) {
    return { ok: false, reason: 'meterTooLarge', detail: 'a meter passes 2^63' }
  }
  const measured = reading.supplies.flatMap(({ level }) => (level.kind === 'measured' ? level.left : []))
  if (measured.some((left) => left < 0) || !columns.levels.every(Number.isFinite)) {
    return { ok: false, reason: 'badLevel', detail: 'a measured level below zero' }
  }
  const evidence = evidenceOf(reading.identity, { onsite, address: reading.address })
  if (evidence.length === 0) {
    return { ok: false, reason: 'noEvidence', detail: 'neither serial number, MAC nor address: it could be any device' }
  }
  return { ok: true, reading, columns, evidence }
}

/** A line refused only for NUL or half surrogate pairs in a printer's text is read without them: one odd name must not cost the meters. */
function cleaned(fate: ReadingFate & { readonly ok: false }): Reading | null {
  if (fate.reason !== 'badReading') return null
  const parsed = readingSchema.safeParse(withoutBadText(parseJson(fate.raw)))
  return parsed.success ? fromJson(parsed.data) : null
}

function withoutBadText(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').replace(/\p{Cs}/gu, '')
  if (Array.isArray(value)) return value.map(withoutBadText)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutBadText(inner)]))
}

function never(): never {
  throw new Error('a good line has a reading')
}
