/** A made-up maker's profile and devices, so that tests of the interpreter need no real one. */
import { Oid, type Value, type Varbind } from '@platen/snmp'
import { compile } from '../compile.ts'
import type { Instructions, Profile } from '../instructions.ts'
import { RecordedSession } from './recorded-session.ts'

const ACME = '1.3.6.1.4.1.99999.7'

/** The shortest standard: enough for one of everything. */
export const standard = {
  profile: 'standard',
  placeholders: { only: 'X0', any: ['n/a'] },
  charset: { fallback: 'windows-1252' },
  tables: {
    device: {
      rows: 4,
      columns: {
        description: '1.3.6.1.2.1.25.3.2.1.3',
        serial: '1.3.6.1.2.1.43.5.1.1.17',
        errors: '1.3.6.1.2.1.25.3.5.1.2',
      },
    },
    marker: { rows: 8, columns: { unit: '1.3.6.1.2.1.43.10.2.1.3', life: '1.3.6.1.2.1.43.10.2.1.4' } },
    supplies: {
      rows: 8,
      localized: true,
      columns: {
        description: '1.3.6.1.2.1.43.11.1.1.6',
        unit: '1.3.6.1.2.1.43.11.1.1.7',
        capacity: '1.3.6.1.2.1.43.11.1.1.8',
        level: '1.3.6.1.2.1.43.11.1.1.9',
      },
    },
  },
  labels: {
    units: { impressions: ['7'], sheets: ['8'] },
    supplyUnits: { percent: ['19'], impressions: ['7'] },
  },
  identity: {
    serial: { rows: 'device', column: 'serial' },
    model: { rows: 'device', column: 'description' },
    description: { get: '1.3.6.1.2.1.1.1.0' },
    objectId: { get: '1.3.6.1.2.1.1.2.0' },
    upTime: { get: '1.3.6.1.2.1.1.3.0' },
  },
  status: { device: 'unknown', errors: { rows: 'device', column: 'errors' } },
  meters: [
    {
      name: 'lifeCount',
      rows: 'marker',
      unit: { first: [{ label: { column: 'unit' }, in: 'units' }, 'unknown'] },
      value: { column: 'life' },
      confidence: 'A',
    },
  ],
  supplies: [
    {
      rows: 'supplies',
      index: { join: [{ part: 1 }, { part: 2 }], with: '.' },
      kind: 'toner',
      class: 'consumed',
      description: { column: 'description' },
      unit: { first: [{ label: { column: 'unit' }, in: 'supplyUnits' }, 'unknown'] },
      level: { column: 'level' },
      capacity: { column: 'capacity' },
      confidence: 'A',
    },
  ],
} as const

/** A maker with a total of its own, counts by labelled rows, and packed records. */
export const acme = {
  profile: 'acme',
  extends: 'standard',
  match: { objectId: [ACME], description: ['Acme'], except: ['Acme Fragile'] },
  reach: { allow: [ACME] },
  brands: [{ vendor: 'Acme', id: ['ACME'], objectId: ['1.3.6.1.4.1.99999'] }],
  tables: { modes: { rows: 8, columns: { label: `${ACME}.2.1`, count: `${ACME}.2.2` } } },
  records: { packed: { object: `${ACME}.3.0`, form: { tag: 1, type: 1, length: 1, end: 255 } } },
  labels: { modes: { mono: ['Black'], full: ['Full Colour'] } },
  meters: [
    { unit: 'impressions', value: { get: `${ACME}.1.0` }, confidence: 'A' },
    {
      rows: 'modes',
      unit: 'impressions',
      colour: { label: { column: 'label' }, in: 'modes' },
      value: { column: 'count' },
      confidence: 'B',
    },
    { unit: 'items', work: 'scan', value: { records: 'packed', tag: '05' }, confidence: 'C' },
  ],
  supplies: [
    {
      index: 'toner',
      kind: 'toner',
      class: 'consumed',
      description: 'Toner',
      unit: 'percent',
      level: { records: 'packed', tag: '06', per: 100 },
      capacity: 100,
      confidence: 'A',
    },
  ],
  checks: [{ name: 'coloursTotal', left: { meters: { colour: 'each' } }, right: { meters: {} } }],
} as const

export const makers = {
  makers: [{ vendor: 'Acme', id: ['ACME'], objectId: ['1.3.6.1.4.1.99999'], printers: [ACME] }],
  never: ['1.3.6.1.4.1.99999.7.9'],
} as const

/** The compiled bundle. */
export function acmeInstructions(): Instructions {
  const compiled = compile([standard, acme, makers], '1')
  if (!compiled.ok) throw new Error(compiled.problems.join('\n'))
  return compiled.instructions
}

/** One profile of it. */
export function acmeProfile(name = 'acme'): Profile {
  const profile = acmeInstructions().profiles.find((one) => one.profile === name)
  if (profile === undefined) throw new Error(`no profile ${name}`)
  return profile
}

/** What a device says, by object: a number is an INTEGER, a text or octets an OCTET STRING. */
export type Said = Readonly<Record<string, number | string | Uint8Array | Value>>

/** A device that says this. */
export function device(said: Said): RecordedSession {
  const rows = Object.entries(said).map(
    ([object, value]): Varbind => ({ oid: Oid.parse(object), value: valueOfSaid(value) }),
  )
  return new RecordedSession(rows.sort((one, other) => one.oid.compare(other.oid)))
}

function valueOfSaid(value: Said[string]): Value {
  if (typeof value === 'number') return { type: 'integer', value }
  if (typeof value === 'string') return { type: 'octets', value: new TextEncoder().encode(value) }
  return value instanceof Uint8Array ? { type: 'octets', value } : value
}

/** An ordinary device of the maker. */
export const ordinary: Said = {
  '1.3.6.1.2.1.1.1.0': 'Acme Printing System',
  '1.3.6.1.2.1.1.2.0': { type: 'oid', value: Oid.parse(`${ACME}.1`) },
  '1.3.6.1.2.1.1.3.0': { type: 'timeTicks', value: 4_711 },
  '1.3.6.1.2.1.25.3.2.1.3.1': 'ACME Jet 9',
  '1.3.6.1.2.1.25.3.5.1.2.1': Uint8Array.from([0x20]),
  '1.3.6.1.2.1.43.5.1.1.17.1': 'AC-0001',
  '1.3.6.1.2.1.43.10.2.1.3.1.1': 7,
  '1.3.6.1.2.1.43.10.2.1.4.1.1': { type: 'counter32', value: 1_010 },
  '1.3.6.1.2.1.43.11.1.1.6.1.1': 'Toner black',
  '1.3.6.1.2.1.43.11.1.1.7.1.1': 19,
  '1.3.6.1.2.1.43.11.1.1.8.1.1': -2,
  '1.3.6.1.2.1.43.11.1.1.9.1.1': -3,
  [`${ACME}.1.0`]: 1_000,
  [`${ACME}.2.1.1`]: 'full  colour',
  [`${ACME}.2.1.2`]: 'BLACK',
  [`${ACME}.2.2.1`]: 400,
  [`${ACME}.2.2.2`]: 600,
  [`${ACME}.3.0`]: Uint8Array.from([5, 1, 4, 0, 0, 1, 44, 6, 1, 2, 0x19, 0x32, 255, 5, 1, 4, 9, 9, 9, 9]),
}
