/** The verbs that join, add up and name: what they refuse, what they find, and what they leave alone. */
import { meterKey, type Reading } from '@platen/model'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { compile } from './compile.ts'
import { normalise } from './normalise.ts'
import { type Observation, observationOf } from './observation.ts'
import { acme, device, makers, ordinary, type Said, standard } from './testing/acme.ts'

const ACME = '1.3.6.1.4.1.99999.7'
const stamp = { id: 'a'.repeat(32), at: '2026-03-01T10:00:00.000Z', monotonic: 5, address: '192.0.2.7' }
const TOTAL = 'total.all.all.all/impressions'

/** Acme with more: a table of rows by code, and a list of parts of its own. */
const tables = {
  ...acme.tables,
  codes: { rows: 8, columns: { code: `${ACME}.4.1`, amount: `${ACME}.4.2`, size: `${ACME}.4.3` } },
  parts: { rows: 8, columns: { name: `${ACME}.5.1`, serial: `${ACME}.5.2`, colour: `${ACME}.5.3` } },
}
const labels = {
  ...acme.labels,
  codes: { 'print.full.all.all/impressions': ['11'], 'copy.mono.all.all/impressions': ['22'] },
  works: { print: ['11', '12'], copy: ['22'] },
}

function profileOf(more: object) {
  const compiled = compile([standard, { ...acme, tables, labels, ...more }, makers], '1')
  if (!compiled.ok) throw new Error(compiled.problems.join('\n'))
  const profile = compiled.instructions.profiles.find((one) => one.profile === 'acme')
  if (profile === undefined) throw new Error('no profile acme')
  return { profile, instructions: compiled.instructions }
}

const problemsOf = (more: object): string => {
  const compiled = compile([standard, { ...acme, tables, labels, ...more }, makers], '1')
  return compiled.ok ? '' : compiled.problems.join('\n')
}

async function read(said: Said, more: object, change: (seen: Observation) => Observation = (seen) => seen) {
  const { profile, instructions } = profileOf(more)
  const observation = change(await collect(device(said), profile))
  const again = (reading: Reading) =>
    normalise({ observation: observationOf(reading.observation, reading.misses), profile, instructions, stamp })
  return { reading: normalise({ observation, profile, instructions, stamp }), again }
}

const counts = ({ meters }: Reading) => Object.fromEntries(meters.map((meter) => [meterKey(meter), meter.value]))
const rule = (more: object) => ({ value: { column: 'amount' }, confidence: 'B', ...more })

const codes: Said = {
  ...ordinary,
  [`${ACME}.4.1.1`]: 22,
  [`${ACME}.4.1.2`]: 11,
  [`${ACME}.4.1.3`]: 77,
  [`${ACME}.4.1.4`]: 12,
  [`${ACME}.4.2.1`]: 5,
  [`${ACME}.4.2.2`]: 30,
  [`${ACME}.4.2.3`]: 9,
  [`${ACME}.4.2.4`]: 400,
}

describe('the compiler', () => {
  it('refuses an octet a record does not have, and an endless record', () => {
    const meter = (octet: object) => ({
      meters: [rule({ unit: 'items', value: { records: 'packed', tag: '05', octet } })],
    })
    expect(problemsOf(meter({ at: 3, of: 2 }))).toContain('octet 3 of 2')
    expect(problemsOf(meter({ at: 1, of: 7 }))).not.toBe('')
    expect(problemsOf(meter({ at: 0, of: 2 }))).not.toBe('')
  })

  it('refuses a meter that is named by nothing, twice, or by what is no key', () => {
    const named = (more: object) => problemsOf({ meters: [rule({ rows: 'codes', ...more })] })
    expect(named({})).toContain('has no unit')
    expect(named({ meter: 'print.full.all.all/impressions', work: 'copy' })).toContain('by a key and by axes')
    expect(named({ meter: 'print.pink.all.all/impressions' })).toContain("may not be 'print.pink")
    expect(named({ meter: { label: { column: 'code' }, in: 'works' } })).toContain("may not be 'print'")
    expect(named({ meter: { column: 'code' } })).toContain('named by a key or by labels')
  })

  it('refuses to add up what has no rows, to join by place, and to name a column that is not there', () => {
    expect(problemsOf({ meters: [rule({ unit: 'items', value: 1, add: true })] })).toContain('adds up rows')
    const supply = {
      rows: 'parts',
      index: { part: 1 },
      kind: 'toner',
      class: 'consumed',
      description: 'x',
      confidence: 'B',
    }
    expect(problemsOf({ supplies: [{ ...supply, join: 'position' }] })).not.toBe('')
    expect(problemsOf({ supplies: [{ ...supply, only: { column: 'nowhere' } }] })).toContain('parts.nowhere')
    const join = { rows: 'codes', column: 'amount', where: { code: { rows: 'parts', column: 'nowhere' } } }
    expect(problemsOf({ meters: [rule({ unit: 'items', value: join })] })).toContain('parts.nowhere')
  })
})

describe('rows by what they hold', () => {
  it('are found wherever they stand, and what led to them travels with the reading', async () => {
    const value = { rows: 'codes', column: 'amount', where: { code: '11' } }
    const { reading, again } = await read(codes, { meters: [rule({ unit: 'items', value })] })
    expect(counts(reading)['total.all.all.all/items']).toBe(30n)
    expect(reading.observation).toMatchObject({ [`${ACME}.4.1.2`]: '2|11', [`${ACME}.4.2.2`]: '2|30' })
    expect(again(reading).meters).toEqual(reading.meters)
  })

  it('need every column to hold, and take no row for one nobody named', async () => {
    const both = { rows: 'codes', column: 'amount', where: { code: '11', size: 'A4' } }
    const unsaid = { rows: 'codes', column: 'amount', where: { code: { get: `${ACME}.99.0` } } }
    for (const value of [both, unsaid]) {
      const { reading } = await read(codes, { meters: [rule({ unit: 'items', value })] })
      expect(counts(reading)['total.all.all.all/items']).toBeUndefined()
    }
  })

  it('are joined by the label of the row at hand, whatever its case and blanks', async () => {
    const said: Said = { ...ordinary, [`${ACME}.5.1.9`]: 'toner  BLACK ', [`${ACME}.5.2.9`]: 'CRUM-7' }
    const serial = { rows: 'parts', column: 'serial', where: { name: { column: 'description' } } }
    const { profile, instructions } = profileOf({})
    const supplies = profile.supplies.map((one) => (one.rows === undefined ? one : { ...one, serial }))
    const joined = { ...profile, supplies }
    const observation = await collect(device(said), joined)
    expect(normalise({ observation, profile: joined, instructions, stamp }).supplies[0]?.serial).toBe('CRUM-7')
  })
})

describe('one code for all axes', () => {
  const named = { rows: 'codes', meter: { label: { column: 'code' }, in: 'codes' } }

  it('says which code it does not know, unless the rule reads only those it does', async () => {
    const { reading } = await read(codes, { meters: [rule(named)] })
    expect(counts(reading)).toMatchObject({
      'print.full.all.all/impressions': 30n,
      'copy.mono.all.all/impressions': 5n,
    })
    expect(reading.misses.filter(({ code }) => code === 'unknownLabel')).toHaveLength(2)
    const only = await read(codes, { meters: [rule({ ...named, only: named.meter })] })
    expect(counts(only.reading)).toEqual(counts(reading))
    expect(only.reading.misses.filter(({ code }) => code === 'unknownLabel')).toEqual([])
  })
})

describe('rows added up', () => {
  const works = { label: { column: 'code' }, in: 'works' }
  const added = { meters: [rule({ rows: 'codes', add: true, only: works, unit: 'impressions', work: works })] }

  it('make no meter where a part could not be believed, or the table was cut short', async () => {
    const { reading } = await read({ ...codes, [`${ACME}.4.2.4`]: -7 }, added)
    expect(counts(reading)).toMatchObject({ 'copy.all.all.all/impressions': 5n })
    expect(counts(reading)['print.all.all.all/impressions']).toBeUndefined()
    const { [`${ACME}.4.2.4`]: _, ...hole } = codes
    expect(counts((await read(hole, added)).reading)['print.all.all.all/impressions']).toBeUndefined()
    const cut = await read(codes, added, (seen) => ({
      ...seen,
      misses: [{ subject: 'codes', reason: 'silent', detail: '' }],
    }))
    expect(Object.keys(counts(cut.reading)).filter((key) => /^(print|copy)/.test(key))).toEqual([])
  })

  it('are one meter with every object that it is made of', async () => {
    const { reading } = await read(codes, added)
    expect(counts(reading)).toMatchObject({ 'print.all.all.all/impressions': 430n, 'copy.all.all.all/impressions': 5n })
    const print = reading.meters.find(({ work }) => work === 'print')
    expect(print?.source.objects).toEqual(expect.arrayContaining([`${ACME}.4.2.2`, `${ACME}.4.2.4`]))
  })
})

describe('an octet of a record', () => {
  const level = (at: number) => ({ records: 'packed', tag: '06', octet: { at, of: 2 } })
  const supplies = [{ ...acme.supplies[0], unit: 'other', level: level(1), capacity: level(2) }]

  it('is nothing in a record of another length', async () => {
    const { reading } = await read(
      { ...ordinary, [`${ACME}.3.0`]: Uint8Array.from([6, 1, 4, 0, 0, 4, 20]) },
      { supplies },
    )
    expect(reading.supplies[0]?.level).toEqual({ kind: 'some' })
  })

  it('is a level of so many steps', async () => {
    const { reading } = await read(
      { ...ordinary, [`${ACME}.3.0`]: Uint8Array.from([6, 1, 2, 4, 20, 255]) },
      { supplies },
    )
    expect(reading.supplies[0]?.level).toEqual({ kind: 'measured', left: 4, capacity: 20 })
  })
})

describe("a maker's list of supplies", () => {
  const own = {
    rows: 'parts',
    join: 'label',
    index: { part: 1 },
    kind: 'other',
    class: 'other',
    description: { column: 'name' },
    serial: { column: 'serial' },
    partNumber: 'TK-1',
    confidence: 'B',
  }
  const parts: Said = { ...ordinary, [`${ACME}.5.1.4`]: 'TONER BLACK', [`${ACME}.5.2.4`]: 'S-1' }

  it('adds no supply, and says nothing where two are called alike', async () => {
    const strange = await read({ ...parts, [`${ACME}.5.1.4`]: 'Toner cyan' }, { supplies: [own] })
    expect(strange.reading.supplies.map(({ serial, partNumber }) => [serial, partNumber])).toEqual([[null, null]])
    const twins: Said = { ...parts, '1.3.6.1.2.1.43.11.1.1.6.1.2': 'Toner Black' }
    const { reading } = await read(twins, { supplies: [own] })
    expect(reading.supplies.map(({ serial }) => serial)).toEqual([null, null])
  })

  it('takes no serial number that two supplies have, nor one that stands for nothing', async () => {
    const two: Said = {
      ...parts,
      '1.3.6.1.2.1.43.11.1.1.6.1.2': 'Drum',
      [`${ACME}.5.1.5`]: 'Drum',
      [`${ACME}.5.2.5`]: 'S-1',
    }
    const { reading } = await read(two, { supplies: [own] })
    expect(reading.supplies.map(({ serial }) => serial)).toEqual([null, null])
    const nothing = await read({ ...parts, [`${ACME}.5.2.4`]: '0000' }, { supplies: [own] })
    expect(nothing.reading.supplies[0]?.serial).toBeNull()
  })

  it('fills the number and part number of the one it names, and leaves the level as told', async () => {
    const { reading } = await read(parts, { supplies: [own] })
    expect(reading.supplies).toHaveLength(1)
    expect(reading.supplies[0]).toMatchObject({
      index: '1.1',
      kind: 'toner',
      serial: 'S-1',
      partNumber: 'TK-1',
      level: { kind: 'some' },
    })
  })
})

describe('a total that is not answered this time', () => {
  const silent = (subject: string) => (seen: Observation) => ({
    ...seen,
    answers: new Map([...seen.answers].filter(([object]) => object !== `${ACME}.1.0`)),
    misses: [{ subject, reason: 'silent' as const, detail: 'no answer' }],
  })

  it('is a miss, and no other counter takes its place', async () => {
    const { reading, again } = await read(ordinary, {}, silent('objects 1 to 5'))
    expect(counts(reading)[TOTAL]).toBeUndefined()
    expect(reading.misses).toContainEqual(
      expect.objectContaining({
        subject: TOTAL,
        reason: 'silent',
        code: 'notThisTime',
        params: { other: 'lifeCount', count: '1010' },
      }),
    )
    expect(counts(again(reading))[TOTAL]).toBeUndefined()
    expect(again(reading).misses.filter(({ subject }) => subject === TOTAL)).toHaveLength(1)
  })

  it('is a miss where it was answered with what is no count', async () => {
    for (const bad of [-1, 'none', Uint8Array.of()]) {
      const { reading, again } = await read({ ...ordinary, [`${ACME}.1.0`]: bad }, {})
      expect(counts(reading)[TOTAL]).toBeUndefined()
      expect(reading.misses.filter(({ subject }) => subject === TOTAL)).toHaveLength(1)
      expect(counts(again(reading))[TOTAL]).toBeUndefined()
    }
  })

  it('is a miss where the first marker tells nonsense, whatever the second says', async () => {
    const life = '1.3.6.1.2.1.43.10.2.1'
    const { [`${ACME}.1.0`]: _, ...without } = ordinary
    const { reading } = await read(
      { ...without, [`${life}.4.1.1`]: -1, [`${life}.3.1.2`]: 7, [`${life}.4.1.2`]: 50 },
      {},
    )
    expect(counts(reading)[TOTAL]).toBeUndefined()
    expect(reading.misses.map(({ subject }) => subject)).toContain(TOTAL)
  })

  it('is a miss where what is always told beside it was', async () => {
    const { [`${ACME}.1.0`]: _, ...without } = ordinary
    const [first, ...rest] = acme.meters
    const meters = [{ ...first, beside: { rows: 'modes', column: 'count' } }, ...rest]
    expect(counts((await read(without, { meters })).reading)[TOTAL]).toBeUndefined()
    const alone = Object.fromEntries(Object.entries(without).filter(([object]) => !object.startsWith(`${ACME}.2.`)))
    expect(counts((await read(alone, { meters })).reading)[TOTAL]).toBe(1_010n)
  })

  it('gives way to the life count where the device answered that it has none, or another question failed', async () => {
    const { [`${ACME}.1.0`]: _, ...without } = ordinary
    expect(counts((await read(without, {})).reading)[TOTAL]).toBe(1_010n)
    const { reading } = await read(without, {}, silent('supplies'))
    expect(counts(reading)[TOTAL]).toBe(1_010n)
  })
})

describe('what stands around the paper', () => {
  const more = {
    tables: {
      ...tables,
      outside: {
        rows: 8,
        columns: {
          name: `${ACME}.6.1`,
          level: `${ACME}.6.2`,
          capacity: `${ACME}.6.3`,
          cover: `${ACME}.6.4`,
          state: `${ACME}.6.5`,
        },
      },
    },
    labels: { ...labels, doors: { open: ['3'], closed: ['4'] }, programs: { Main: ['main fw'] } },
    outputs: [
      {
        rows: 'outside',
        name: { column: 'name' },
        unit: 'sheets',
        level: { column: 'level' },
        capacity: { column: 'capacity' },
      },
    ],
    covers: [{ rows: 'outside', description: { column: 'cover' }, state: { label: { column: 'state' }, in: 'doors' } }],
    firmware: [
      { rows: 'parts', name: { label: { column: 'name' }, containing: 'programs' }, version: { column: 'serial' } },
    ],
  }

  it('may be in no state that the model has no word for', () => {
    expect(problemsOf({ ...more, labels: { ...more.labels, doors: { ajar: ['5'] } } })).toContain("may not be 'ajar'")
  })

  it('is no tray where only a cover is, no cover where only a tray is, and of unknown state where nobody says which', async () => {
    const { reading } = await read(
      {
        ...ordinary,
        [`${ACME}.6.1.1`]: 'Top',
        [`${ACME}.6.2.1`]: 40,
        [`${ACME}.6.3.1`]: 250,
        [`${ACME}.6.4.2`]: 'Front door',
        [`${ACME}.6.5.2`]: 3,
        [`${ACME}.6.4.3`]: 'Rear door',
        [`${ACME}.6.5.3`]: 9,
        [`${ACME}.5.1.1`]: 'Serial No',
        [`${ACME}.5.2.1`]: '4711',
        [`${ACME}.5.1.2`]: 'Main FW',
        [`${ACME}.5.2.2`]: '1.02',
      },
      more,
    )
    expect(reading.outputs).toEqual([
      { index: '1', name: 'Top', unit: 'sheets', level: { kind: 'measured', left: 40, capacity: 250 } },
    ])
    expect(reading.covers).toEqual([
      { index: '2', description: 'Front door', state: 'open' },
      { index: '3', description: 'Rear door', state: 'unknown' },
    ])
    expect(reading.firmwareParts).toEqual([{ name: 'Main', version: '1.02' }])
  })
})
