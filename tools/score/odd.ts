/**
 * What a reader owes to odd and bad devices. The sentences are written for people, so each known case has its rule here by name;
 * a case nobody has met yet is held to the general rules, which every reading keeps.
 */
import { percentLeft, type Reading } from '@platen/model'
import { readingSchema, toJson } from '@platen/wire'
import { asList, asRecord } from '../knowledge/json.ts'
import type { Known } from './folder.ts'
import type { Read } from './read.ts'

/** A rule answers whether it is kept. */
type Rule = (reading: Reading, known: Known, read: Read) => boolean

/** Characters no field of a reading may pass. */
const LONGEST = 1_024
/** Requests within which the oddest device must be done. */
const MOST_REQUESTS = 60

const hasLife: Rule = (reading, { facts }) =>
  asList(facts.marker).every(({ lifeCount }) => typeof lifeCount !== 'number' || says(reading, BigInt(lifeCount)))
const says = ({ meters, checks }: Reading, count: bigint): boolean =>
  meters.some(({ value }) => value === count) || checks.some(({ left, right }) => left === count || right === count)
const serialOf = ({ facts }: Known): string =>
  String(Object.values(asRecord(asRecord(facts.prtGeneral).serialNumber))[0])

/** Cases by the name of their file. A case that is to be no printer is in `strangers`. */
const rules: Readonly<Record<string, Rule>> = {
  'made-alerts-many': ({ status }) => status.alerts.length > 0 && status.alerts.length < 120,
  'made-count-integer': hasLife,
  'made-count-meters': ({ meters }) =>
    meters.some(({ unit }) => unit === 'metres') && meters.every(({ unit }) => unit === 'metres'),
  'made-count-negative': ({ meters }) => meters.length === 0,
  'made-count-zero-unit': (reading, known, read) =>
    hasLife(reading, known, read) && reading.meters.every(({ unit }) => unit === 'unknown'),
  'made-errorstate-empty': ({ status }) => status.errors.length === 0,
  'made-marker-hrindex10': hasLife,
  'made-meter-t1-backwards': (reading, known, read) =>
    hasLife(reading, known, read) && reading.identity.serial === serialOf(known),
  'made-only-sysdescr': ({ meters }) => meters.length === 0,
  'made-serial-hextext': ({ identity }, known) => identity.serial === serialOf(known),
  'made-serial-placeholder': ({ identity }) => identity.serial === null,
  'made-slow-10s': hasLife,
  'made-str-markup': ({ identity }, { facts }) => identity.hostName === asRecord(facts.system).sysName,
  'made-str-roman8': ({ identity }) => /^\p{L}+ ?\p{L}+$/u.test(identity.hostName ?? ''),
  'made-str-utf16le': ({ identity }) => /^\p{L}+$/u.test(identity.hostName ?? ''),
  'made-supplies-none': (reading, known, read) => hasLife(reading, known, read) && reading.supplies.length === 0,
  'made-supply-duplicates': ({ supplies }) => new Set(supplies.map(({ index }) => index)).size === 3,
  'made-supply-levels': keepsLevels,
  'made-supply-null-bytes': ({ supplies }, { expected }) => {
    const names = [...String(expected.must).matchAll(/"([^"]+)"/g)].map(([, name]) => name ?? '')
    return names.every((name) => supplies.some(({ description, colorant }) => [description, colorant].includes(name)))
  },
  'made-truncated-midline': (_reading, _known, { recording }) => recording.problems.length > 0,
  'made-truncated-midtable': ({ supplies }) =>
    supplies.some(({ description, level }) => description !== '' && level.kind === 'unknown'),
  'made-two-markers': hasLife,
  'made-type-swaps': hasLife,
  'made-unsorted': (reading, known, read) => hasLife(reading, known, read) && read.cost.requests <= MOST_REQUESTS,
}
const strangers: ReadonlySet<string> = new Set(['printmaster-null-answers'])

/** What an odd case does not get that it should, in words; empty if it is met. */
export function unmetBy(read: Read, known: Known): readonly string[] {
  if (strangers.has(read.name)) return read.isPrinter ? ['taken for a printer'] : []
  const { reading } = read
  if (reading === null) return rules[read.name] === undefined ? [] : ['not taken for a printer']
  const rule = rules[read.name]
  return [
    ...generalFaults(reading),
    ...(rule === undefined || rule(reading, known, read) ? [] : [String(known.expected.must)]),
  ]
}

/** Whatever a device says: no control characters, bounded texts, counts and levels within sense, and a reading that can be sent. */
function generalFaults(reading: Reading): readonly string[] {
  const texts = textsOf(reading)
  const faults: string[] = []
  if (texts.some((text) => /\p{Cc}/u.test(text))) faults.push('control characters')
  if (texts.some((text) => text.length > LONGEST)) faults.push('an endless text')
  if (reading.meters.some(({ value }) => value < 0n)) faults.push('a negative meter')
  const percents = reading.supplies.map(({ level }) => percentLeft(level))
  if (percents.some((percent) => percent !== null && !(percent >= 0 && percent <= 100)))
    faults.push('a level beyond its capacity')
  if (!readingSchema.safeParse(JSON.parse(JSON.stringify(toJson(reading)))).success) faults.push('cannot be sent')
  return faults
}

function textsOf({ identity, supplies, inputs, status, misses }: Reading): readonly string[] {
  return [
    ...Object.values(identity).filter((value) => value !== null),
    ...supplies.flatMap(({ description, partNumber, serial }) => [description, partNumber ?? '', serial ?? '']),
    ...inputs.map(({ name }) => name),
    ...status.alerts.map(({ text }) => text),
    ...misses.map(({ detail }) => detail),
  ]
}

/** -1, -2 and -3 are words; a level without a capacity is no share but is not lost; a receptacle is one. */
function keepsLevels(reading: Reading, { facts }: Known): boolean {
  const words = new Map([
    [-1, 'unlimited'],
    [-2, 'unknown'],
    [-3, 'some'],
  ])
  return asList(facts.supplies).every(({ index, level, capacity, unit, cls }) => {
    const supply = reading.supplies.find((one) => one.index === index)
    if (supply === undefined || typeof level !== 'number' || typeof capacity !== 'number') return false
    const word = words.get(level)
    if (word !== undefined && supply.level.kind !== word) return false
    // Per cent needs no capacity (RFC 3805 PrtMarkerSuppliesSupplyUnitTC 19).
    const isNoShare = level < -3 || (level >= 0 && capacity <= 0 && unit !== 19)
    if (isNoShare && (supply.level.kind === 'measured' || !isTold(reading, level))) return false
    return cls !== 4 || supply.class === 'receptacle'
  })
}

/** A number that makes no level is kept in a miss. */
const isTold = ({ misses }: Reading, level: number): boolean =>
  misses.some(({ detail }) => detail.includes(String(level)))
