/** What a device answered, before anything is made of it; and its text form, which travels with a reading so that a number can be traced and read again. */
import type { Miss, ReadKind } from '@platen/model'
import { Oid, type SessionCost, type Value } from '@platen/snmp'

/** What was asked in a visit, and what stood in for the rest. */
export interface Visited {
  readonly kind: ReadKind
  /** When the device said what was not asked of it in this visit; null where everything was. */
  readonly keptAt: string | null
  /** Whether an answer is remembered from then. */
  readonly isKept: (object: string) => boolean
}

/** Everything was asked. */
export const ASKED_ALL: Visited = { kind: 'full', keptAt: null, isKept: () => false }

/** All answers of one read by dotted object (absent objects are not in it), what was not got, and what asking cost. */
export interface Observation {
  readonly answers: ReadonlyMap<string, Value>
  readonly visited: Visited
  /** Whether the device serves GETBULK, as far as it was asked. */
  readonly bulk: boolean
  readonly misses: readonly Miss[]
  readonly cost: Readonly<SessionCost>
}

/** ASN.1 tags of the values an observation can hold (RFC 2578 section 7.1). */
const TAGS = {
  integer: 2,
  octets: 4,
  oid: 6,
  address: 64,
  counter32: 65,
  gauge32: 66,
  timeTicks: 67,
  opaque: 68,
  counter64: 70,
} as const

/** Longer octets are kept in an observation only so far: records of one device end at 420 octets. */
const MAX_RECORDED_OCTETS = 512

/** A value as `tag|value`, octets as `x` and hex; null for what says nothing. */
export function recordOf(value: Value): string | null {
  switch (value.type) {
    case 'octets':
    case 'opaque':
      return `${TAGS[value.type]}|x${Buffer.from(value.value.subarray(0, MAX_RECORDED_OCTETS)).toString('hex')}`
    case 'oid':
      return `${TAGS.oid}|${value.value.text}`
    case 'integer':
    case 'counter32':
    case 'gauge32':
    case 'timeTicks':
    case 'counter64':
    case 'address':
      return `${TAGS[value.type]}|${value.value}`
    default:
      return null
  }
}

/** An observation back from the record in a reading; entries that are no such text are left out. It cost nothing; `misses` are those the reading told, so that what was not answered then is not taken for absent now. */
export function observationOf(record: Readonly<Record<string, string>>, misses: readonly Miss[] = []): Observation {
  const answers = new Map<string, Value>()
  for (const [object, text] of Object.entries(record)) {
    const value = valueIn(text)
    if (value !== null) answers.set(object, value)
  }
  return {
    answers,
    visited: ASKED_ALL,
    bulk: true,
    misses,
    cost: { requests: 0, bytesOut: 0, bytesIn: 0, varbinds: 0 },
  }
}

/** A value back from its record; null for text that is none: it came over the line or from a disk. */
export function valueIn(text: string): Value | null {
  const bar = text.indexOf('|')
  return bar < 0 ? null : typedValue(Number(text.slice(0, bar)), text.slice(bar + 1))
}

function typedValue(tag: number, text: string): Value | null {
  switch (tag) {
    case TAGS.octets:
      return octetsOf('octets', text)
    case TAGS.opaque:
      return octetsOf('opaque', text)
    case TAGS.oid:
      return /^[012](\.\d{1,10}){1,127}$/u.test(text) ? { type: 'oid', value: Oid.parse(text) } : null
    case TAGS.address:
      return { type: 'address', value: text }
    case TAGS.counter64:
      return /^\d{1,20}$/u.test(text) ? { type: 'counter64', value: BigInt(text) } : null
    case TAGS.integer:
      return numberOf('integer', text)
    case TAGS.counter32:
      return numberOf('counter32', text)
    case TAGS.gauge32:
      return numberOf('gauge32', text)
    case TAGS.timeTicks:
      return numberOf('timeTicks', text)
    default:
      return null
  }
}

function octetsOf(type: 'octets' | 'opaque', text: string): Value | null {
  return /^x([0-9a-f]{2})*$/u.test(text) ? { type, value: new Uint8Array(Buffer.from(text.slice(1), 'hex')) } : null
}

function numberOf(type: 'integer' | 'counter32' | 'gauge32' | 'timeTicks', text: string): Value | null {
  return /^-?\d{1,10}$/u.test(text) ? { type, value: Number(text) } : null
}
