/** Marks meters: every marker's life count, every private counter that other programs or checks.json name; and judges the sums of checks.json in our meters. */
import { type Meter, meterKey, type Reading } from '@platen/model'
import { asList, asRecord } from '../knowledge/json.ts'
import type { Known, SumCheck } from './folder.ts'
import { type Mark, markOf } from './marks.ts'
import type { Rows } from './rows.ts'

const LIFE = '1.3.6.1.2.1.43.10.2.1.4.'
const PRIVATE = '1.3.6.1.4.1.'
/** Counters of other programs that go by name alone and are meters of a device. */
const NAMED = /^(page_counter|bw_counter|color_counter|.* Impressions)$/

/** Marks the life counts and the private meters. */
export function markMeters(reading: Reading, known: Known, checks: readonly SumCheck[], rows: Rows): readonly Mark[] {
  return [...lifeCounts(reading, known), ...privateMeters(reading, known, checks, rows), ...inventions(reading, rows)]
}

function lifeCounts(reading: Reading, known: Known): readonly Mark[] {
  return asList(known.facts.marker).flatMap(({ index, lifeCount }) => {
    if (typeof lifeCount !== 'number' || lifeCount < 0) return []
    const value = BigInt(lifeCount)
    const own = reading.meters.find(({ source }) => source.objects.includes(`${LIFE}${index}`))
    // Where the maker has a total of its own, the life count stands beside it as a check.
    const isBeside = reading.checks.some(({ left, right }) => left === value || right === value)
    const got = own === undefined ? (isBeside ? value : null) : own.value
    return [markOf('lifeCount', `${index}: ${value}`, got === null ? null : String(got), got === value)]
  })
}

function privateMeters(reading: Reading, known: Known, checks: readonly SumCheck[], rows: Rows): readonly Mark[] {
  const counters = asRecord(known.expected.counters)
  const sensors = asList(counters.librenms_count_sensors).map(({ sensor_oid: oid }) => String(oid).replace(/^\./, ''))
  const named = Object.keys(asRecord(counters.oids))
  const objects = [...sensors, ...named, ...checks.flatMap(({ parts, whole }) => [...parts, ...whole])]
  const byObject = [...new Set(objects)].flatMap((object) => {
    const value = object.startsWith(PRIVATE) ? rows.count(object) : null
    if (value === null) return []
    const got = countOf(reading, object, value)
    return [markOf('privateMeters', `${object} ${value}`, got === null ? null : String(got), got === value)]
  })
  const shown = { ...counters, ...asRecord(counters.web_ui) }
  const byValue = Object.entries(shown).flatMap(([name, value]) => {
    // A web page may show what no object says, e.g. a difference of two.
    const isShown = asRecord(counters.web_ui)[name] === value && typeof value === 'number' && rows.counts(BigInt(value))
    if (typeof value !== 'number' || !(NAMED.test(name) || isShown)) return []
    const has = reading.meters.some((meter) => meter.value === BigInt(value))
    return [markOf('privateMeters', `${name} ${value}`, has ? String(value) : null, has)]
  })
  return [...byObject, ...byValue]
}

/** What a reading made of one object: its meter's value, or the object's own where it is part of a meter or of a check. */
function countOf(reading: Reading, object: string, value: bigint): bigint | null {
  const meters = reading.meters.filter(({ source }) => source.objects.includes(object))
  const own = meters.find(({ source }) => source.objects.length === 1)
  if (own !== undefined) return own.value
  const isUsed = meters.length > 0 || object in reading.observation
  return isUsed || isRepeated(reading, value) ? value : null
}

/** Devices repeat a count in several rows and add colours up: whichever row was read, the count is in the reading. Zero proves nothing. */
function isRepeated({ meters }: Reading, value: bigint): boolean {
  if (value === 0n) return false
  if (meters.some((meter) => meter.value === value)) return true
  return meters.some(
    (one) =>
      one.colour === 'full' && meters.some((other) => isHighlightOf(one, other) && one.value + other.value === value),
  )
}

const isHighlightOf = (full: Meter, other: Meter): boolean =>
  meterKey({ ...full, colour: 'highlight' }) === meterKey(other)

/** A meter that rests on no object of the recording, or one made of a single count that says another number than the count. */
function inventions(reading: Reading, rows: Rows): readonly Mark[] {
  return reading.meters
    .filter(({ source }) => source.objects.length === 0 || !source.objects.every((object) => rows.has(object)))
    .map(({ source, value }) => ({
      attribute: source.objects.some((object) => object.startsWith(PRIVATE)) ? 'privateMeters' : 'lifeCount',
      fate: 'invented',
      detail: String(value),
    }))
}

/** Why a sum does not hold in the meters of a reading, or null if it does. */
export function brokenBy(check: SumCheck, reading: Reading, rows: Rows): string | null {
  const add = (objects: readonly string[]): bigint | null => {
    let sum = 0n
    for (const object of objects) {
      const value = rows.count(object)
      const got = value === null ? null : countOf(reading, object, value)
      if (got === null) return null
      sum += got
    }
    return sum
  }
  const [left, right] = [add(check.parts), add(check.whole)]
  if (left === null || right === null) return 'not all of it is read'
  return left === right ? null : `${left} and ${right}`
}
