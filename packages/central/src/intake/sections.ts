/**
 * Which parts of a reading were really read. A printer that falls silent half-way, and a visit that asks for some of it only, leave the rest
 * of a reading empty, and empty is not what it said: what was known of such a part stays, with its own moment.
 */
import { type AskedPart, askedIn, type Miss, type Reading } from '@platen/model'

/** The parts of a reading that stand and fall with the tables they come from. */
export const sections = ['identity', 'meters', 'supplies', 'inputs', 'status', 'alerts'] as const
export type Section = (typeof sections)[number]

/** How far a reading tells a section: 2 all of it was read, 1 only some of it, 0 nothing. */
export type Standing = 0 | 1 | 2
export type Standings = Readonly<Record<Section, Standing>>

/** Tables as the standard's profile names them (knowledge/profiles/standard.yaml), and the sections they feed. */
const tables = new Map<string, readonly Section[]>([
  ['device', ['identity', 'status']],
  ['ids', ['identity']],
  ['network', ['identity']],
  ['marker', ['meters']],
  ['supplies', ['supplies']],
  ['colorants', ['supplies']],
  ['inputs', ['inputs']],
  ['alerts', ['alerts']],
  ['outside', []],
  ['locales', []],
])
/** Single objects, asked many at once, and tables of makers: what makers have beside the standard are counters and supplies. */
const objects: readonly Section[] = ['identity', 'meters', 'supplies', 'status']
const makersTable: readonly Section[] = ['meters', 'supplies']
/** Subjects that are one field each: such a miss says something of that field, not of a table. */
const fields = new Set([
  'vendor',
  'deviceName',
  'model',
  'serial',
  'assetNumber',
  'mac',
  'hostName',
  'location',
  'contact',
  'firmware',
  'description',
  'objectId',
  'upTime',
  'errors',
  'answers',
])

/** What a visit must have asked for so that a section was read; who the device is comes with every visit. */
const askedFor: Readonly<Record<Exclude<Section, 'identity'>, AskedPart>> = {
  meters: 'meters',
  supplies: 'supplies',
  inputs: 'supplies',
  status: 'status',
  alerts: 'status',
}

/** How far a reading tells each section. */
export function standingsOf(reading: Reading): Standings {
  const asked = askedIn[reading.visit?.kind ?? 'full']
  const missed = new Set(reading.misses.flatMap(touchedBy))
  const standing = (section: Section, isEmpty: boolean): Standing => {
    if (section !== 'identity' && !asked.includes(askedFor[section])) return 0
    return missed.has(section) ? (isEmpty ? 0 : 1) : 2
  }
  const { identity, meters, supplies, inputs, status } = reading
  return {
    identity: standing(
      'identity',
      Object.values(identity).every((said) => said === null),
    ),
    meters: standing('meters', meters.length === 0),
    supplies: standing('supplies', supplies.length === 0),
    inputs: standing('inputs', inputs.length === 0),
    status: standing('status', status.device === 'unknown' && status.errors.length === 0),
    alerts: standing('alerts', status.alerts.length === 0),
  }
}

/** The sections that a miss leaves unread: none for what the printer does not have, or has and said badly in one place. */
function touchedBy({ subject, reason }: Miss): readonly Section[] {
  if (reason !== 'silent' && reason !== 'refused' && reason !== 'malformed') return []
  if (/^objects \d+ to \d+$/.test(subject)) return objects
  const table = tables.get(subject)
  if (table !== undefined) return table
  // `supply 1.2` and `total.all.all.all/impressions` are a row and a meter; a table's name is one word.
  return /^\w+$/.test(subject) && !fields.has(subject) ? makersTable : []
}
