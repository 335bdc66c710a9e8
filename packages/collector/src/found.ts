/** What was found in a device's answers: a value not yet judged, where it came from, and whether it is text or a count. */
import type { MissReason } from '@platen/model'
import type { Value } from '@platen/snmp'
import { decodeOctets } from './charset.ts'
import type { Grid, Row } from './grid.ts'

/** A fact as found: octets are decoded only when somebody wants text. `objects` are the instances it came from, in order. */
export interface Found {
  readonly value: string | number | bigint | Uint8Array
  readonly localized: boolean
  readonly objects: readonly string[]
}

type Texts = Map<Uint8Array, string>

/** One device's answers, ready to be searched. */
export interface Scene {
  readonly answers: ReadonlyMap<string, Value>
  readonly grid: Grid
  readonly address: string
  readonly charset: string | null
  readonly fallback: string
  /** Texts already decoded, by the octets they were: a text is looked at two or three times. What is localized is decoded otherwise. */
  readonly texts: Texts
  readonly localized: Texts
  /** Packed records already taken apart, by object. */
  readonly packed: Map<string, ReadonlyMap<string, Uint8Array>>
  /** Rows of tables by what a column holds, as far as somebody looked. */
  readonly holding: Map<string, ReadonlyMap<string, readonly Row[]>>
  /** Tables and objects that were asked and not wholly answered: a sum over one of them would be too small. */
  readonly unheard: ReadonlyMap<string, MissReason>
}

/** Whether a fact is good enough for its use; `first` goes on to the next one until it is. */
export type Accept = (found: Found, scene: Scene) => boolean

/** Finds a fact, in a row or outside one; undefined if the device did not say it. */
export type Find = (scene: Scene, row: Row | undefined, accept: Accept) => Found | undefined

/** Accepts whatever was said. */
export const anything: Accept = () => true

/** A fact as text in the device's character set, not yet cleaned; null for what is no text. */
export function textOf(found: Found, scene: Scene): string {
  const { value, localized } = found
  if (typeof value === 'string') return value
  if (!(value instanceof Uint8Array)) return String(value)
  const texts = localized ? scene.localized : scene.texts
  const known = texts.get(value)
  if (known !== undefined) return known
  const text = decodeOctets(value, localized ? scene.charset : null, scene.fallback)
  texts.set(value, text)
  return text
}

/** A cell or scalar as a fact. Null, exceptions and floats say nothing that a profile can use. */
export function foundIn(object: string, value: Value, localized: boolean): Found | undefined {
  switch (value.type) {
    case 'integer':
    case 'counter32':
    case 'gauge32':
    case 'timeTicks':
    case 'counter64':
    case 'octets':
    case 'address':
      return { value: value.value, localized, objects: [object] }
    case 'oid':
      return { value: value.value.text, localized, objects: [object] }
    default:
      return undefined
  }
}

/** A whole number of any integer tag, or the digits of a text that a profile cut out; null for anything else. */
export function countIn(found: Found): bigint | null {
  const { value } = found
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null
  if (typeof value === 'string' && /^\d{1,18}$/u.test(value)) return BigInt(value)
  return null
}
