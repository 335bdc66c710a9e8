import { meterKey, type Reading } from '@platen/model'
import type { Session } from '@platen/snmp'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { compile } from './compile.ts'
import type { Instructions } from './instructions.ts'
import { asksOf, eachKept, type KnownRows, knownRowsText, parseKnownRows, remember } from './known-rows.ts'
import { normalise } from './normalise.ts'
import { type Doubt, type Recalled, recall } from './recall.ts'
import { acme, device, makers, ordinary, type Said, standard } from './testing/acme.ts'
import { type RecordedSession, SilentSession } from './testing/recorded-session.ts'
import type { LaterKind } from './wanted.ts'

const ACME = '1.3.6.1.4.1.99999.7'
const ALERT = '1.3.6.1.2.1.43.18.1.1'
const AT = '2026-03-01T10:00:00.000Z'
const MINUTE = 60_000

/** The standard of the other tests, with alerts. */
const alarmed = {
  ...standard,
  tables: {
    ...standard.tables,
    alerts: {
      rows: 4,
      columns: { severity: `${ALERT}.2`, groupIndex: `${ALERT}.5`, code: `${ALERT}.7`, text: `${ALERT}.8` },
    },
  },
  labels: { ...standard.labels, severities: { critical: ['3'], warning: ['4'] } },
  alerts: [
    {
      rows: 'alerts',
      severity: { first: [{ label: { column: 'severity' }, in: 'severities' }, 'info'] },
      training: -2,
      group: -2,
      groupIndex: { column: 'groupIndex' },
      location: -2,
      code: { column: 'code' },
      text: { column: 'text' },
    },
  ],
}

/** Ticks of a device that has been on for an hour when it is first read. */
const upAfter = (minutes: number): Said => ({
  '1.3.6.1.2.1.1.3.0': { type: 'timeTicks', value: 360_000 + minutes * 6_000 },
})
const usual: Said = { ...ordinary, ...upAfter(0), '1.3.6.1.2.1.43.5.1.1.1.1': { type: 'counter32', value: 7 } }
const alert = (row: number, code: number, place: number, text: string): Said => ({
  [`${ALERT}.2.1.${row}`]: 4,
  [`${ALERT}.5.1.${row}`]: place,
  [`${ALERT}.7.1.${row}`]: code,
  [`${ALERT}.8.1.${row}`]: text,
})

function instructionsOf(version = '1'): Instructions {
  const compiled = compile([alarmed, acme, makers], version)
  if (!compiled.ok) throw new Error(compiled.problems.join('\n'))
  return compiled.instructions
}

const stamp = () => ({ id: 'a'.repeat(32), at: AT, monotonic: 5, address: '192.0.2.10' })

async function readAll(session: Session): Promise<{ reading: Reading; rows: KnownRows | null }> {
  const instructions = instructionsOf()
  const profile = instructions.profiles.find(({ profile: name }) => name === 'acme')
  if (profile === undefined) throw new Error('no profile')
  const observation = await collect(session, profile)
  const reading = normalise({ observation, profile, instructions, stamp: stamp() })
  return { reading, rows: remember({ observation, reading, profile }) }
}

async function known(said: Said = usual): Promise<KnownRows> {
  const { rows } = await readAll(device(said))
  if (rows === null) throw new Error('not remembered')
  return rows
}

interface Later {
  readonly rows: KnownRows
  readonly minutes?: number
  readonly kind?: LaterKind
  readonly version?: string
}

function askAgain(session: Session, { rows, minutes = 30, kind = 'steady', version = '1' }: Later): Promise<Recalled> {
  return recall({
    session,
    instructions: instructionsOf(version),
    rows,
    kind,
    now: Date.parse(AT) + minutes * MINUTE,
    stamp,
  })
}

describe('what is known of a device is given up', () => {
  const doubts: readonly (readonly [string, Said, Doubt])[] = [
    ['with another serial number', { '1.3.6.1.2.1.43.5.1.1.17.1': 'AC-0002' }, 'device'],
    ['whose configuration has changed', { '1.3.6.1.2.1.43.5.1.1.1.1': { type: 'counter32', value: 8 } }, 'configured'],
    ['that was started anew', { '1.3.6.1.2.1.1.3.0': { type: 'timeTicks', value: 100 } }, 'restarted'],
    ['with a new supply', { '1.3.6.1.2.1.43.11.1.1.9.1.1': 90 }, 'supply'],
    ['whose meter is no number any more', { [`${ACME}.1.0`]: 'broken' }, 'meters'],
    ['that no longer has an instance', { [`${ACME}.1.0`]: { type: 'noSuchInstance' } }, 'rows'],
  ]
  it.each(doubts)('for a device %s', async (_why, change, doubt) => {
    const said: Said = { ...usual, '1.3.6.1.2.1.43.11.1.1.9.1.1': 40 }
    const rows = await known(said)
    const again = await askAgain(device({ ...said, ...upAfter(30), ...change }), { rows })
    expect(again).toEqual({ ok: false, doubt })
  })

  it('for a device that was started anew and has been on for longer than it had been then', async () => {
    const rows = await known()
    const session = device({ ...usual, ...upAfter(10) })
    expect(await askAgain(session, { rows, minutes: 90 })).toEqual({ ok: false, doubt: 'restarted' })
  })

  it('after a day, before its time, and under other instructions, without a question', async () => {
    const rows = await known()
    const session = device(usual)
    expect(await askAgain(session, { rows, minutes: 24 * 60 })).toEqual({ ok: false, doubt: 'age' })
    expect(await askAgain(session, { rows, minutes: -1 })).toEqual({ ok: false, doubt: 'age' })
    expect(await askAgain(session, { rows, version: '2' })).toEqual({ ok: false, doubt: 'instructions' })
    expect(await askAgain(session, { rows: { ...rows, profile: 'gone' } })).toEqual({
      ok: false,
      doubt: 'instructions',
    })
    expect(session.cost.requests).toBe(0)
  })

  it('of one that is silent, after one question and a small one', async () => {
    const session = new SilentSession()
    expect(await askAgain(session, { rows: await known() })).toEqual({ ok: false, doubt: 'silent' })
    expect(session.cost.requests).toBe(2)
  })
})

describe('nothing is remembered', () => {
  it('of a device that tells no up time, or did not answer all it was asked', async () => {
    const { '1.3.6.1.2.1.1.3.0': _, ...timeless } = usual
    expect((await readAll(device(timeless))).rows).toBeNull()
    const session = device(usual)
    const deaf: Session = {
      address: session.address,
      cost: session.cost,
      get: () => Promise.resolve({ ok: false, reason: 'silent', detail: '' }),
      next: (oids) => session.next(oids),
      bulk: (columns, repetitions) => session.bulk(columns, repetitions),
    }
    expect((await readAll(deaf)).rows).toBeNull()
  })

  it('from a disk that holds something else, or far too much', async () => {
    const text = knownRowsText(await known()) ?? ''
    expect(parseKnownRows(text)).not.toBeNull()
    for (const other of ['', '{', 'null', '{"format":3}', text.replace('"format":2', '"format":1'), text.slice(1)])
      expect(parseKnownRows(other)).toBeNull()
    expect(parseKnownRows(text + ' '.repeat(200_000))).toBeNull()
  })
})

describe('a known device', () => {
  it('is asked for what moves and nothing else, and reads as if it had been asked for all', async () => {
    const rows = await known()
    const later: Said = {
      ...usual,
      ...upAfter(30),
      '1.3.6.1.2.1.43.10.2.1.4.1.1': { type: 'counter32', value: 1_020 },
      [`${ACME}.1.0`]: 1_010,
      [`${ACME}.2.2.1`]: 410,
    }
    const session = device(later)
    const again = await askAgain(session, { rows })
    if (!again.ok) throw new Error(again.doubt)
    const { visit, ...reading } = again.reading
    expect(reading).toEqual((await readAll(device(later))).reading)
    // Names of the counts are remembered, the counts are not.
    expect(visit).toEqual({
      kind: 'steady',
      keptAt: AT,
      kept: expect.arrayContaining([`${ACME}.2.1.1`, `${ACME}.2.1.2`, '1.3.6.1.2.1.43.10.2.1.3.1.1']),
    })
    expect(visit?.kept).toHaveLength(3)
    const asked = [...session.got, ...session.followed].map(({ text }) => text)
    expect(asked.filter((text) => text.startsWith('1.3.6.1.2.1.1.1'))).toEqual([])
    expect(session.cost.requests).toBe(1)
    expect(again.rows).toEqual({ ...rows, large: 'answered' })
    const third = await askAgain(device(later), { rows: again.rows })
    expect(third.ok && third.rows).toBe(again.rows)
  })

  it('has no number in what is remembered of it', async () => {
    const kept: string[] = []
    eachKept(await known(), (_object, record) => void kept.push(record))
    const { reading } = await readAll(device(usual))
    const counts = reading.meters.map(({ value }) => `|${value}`)
    expect(counts).toHaveLength(4)
    expect(kept.length).toBeGreaterThan(5)
    for (const record of kept) for (const count of counts) expect(record.endsWith(count)).toBe(false)
  })

  it('is told by its serial number when it is asked for its meters alone', async () => {
    const rows = await known()
    const session = device({ ...usual, [`${ACME}.1.0`]: 1_010 })
    const again = await askAgain(session, { rows, kind: 'meters' })
    if (!again.ok) throw new Error(again.doubt)
    expect(again.reading.meters.map((meter) => `${meterKey(meter)} ${meter.value}`)[0]).toBe(
      'total.all.all.all/impressions 1010',
    )
    expect(again.reading).toMatchObject({ supplies: [], visit: { kind: 'meters' } })
    expect(session.cost.requests).toBe(1)
    const other = device({ ...usual, '1.3.6.1.2.1.43.5.1.1.17.1': 'AC-0002' })
    expect(await askAgain(other, { rows, kind: 'meters' })).toEqual({ ok: false, doubt: 'device' })
  })

  it('answers one object at a time where it serves no GETBULK', async () => {
    const rows = await known({ ...usual, ...alert(1, 8, 1, 'Jam') })
    const said = { ...usual, ...upAfter(30), ...alert(1, 8, 1, 'Jam') }
    const again = await askAgain(oneRow(device(said)), { rows })
    expect(again.ok && again.reading.status.alerts).toMatchObject([{ code: 8, text: 'Jam' }])
    const { rows: slow } = await readAll(oneRow(device(said)))
    expect(slow).toMatchObject({ bulk: false })
  })
})

describe('a visit that asks for a part', () => {
  const said: Said = { ...usual, ...alert(1, 8, 1, 'Jam') }

  it('says the status and nothing else, and asks for no more than that', async () => {
    const session = device({ ...said, ...upAfter(30), '1.3.6.1.2.1.25.3.5.1.2.1': Uint8Array.from([4]) })
    const again = await askAgain(session, { rows: await known(said), kind: 'status' })
    if (!again.ok) throw new Error(again.doubt)
    const full = (await readAll(device({ ...said, ...upAfter(30), '1.3.6.1.2.1.25.3.5.1.2.1': Uint8Array.from([4]) })))
      .reading
    expect(again.reading).toMatchObject({
      visit: { kind: 'status', kept: [] },
      upTime: full.upTime,
      identity: full.identity,
      status: full.status,
      covers: full.covers,
      meters: [],
      checks: [],
      supplies: [],
      inputs: [],
      observation: {},
    })
    expect(full.status.alerts).toHaveLength(1)
    expect(again.reading).not.toHaveProperty('outputs')
    expect(again.reading).not.toHaveProperty('firmwareParts')
    const asked = [...session.got, ...session.followed].map(({ text }) => text)
    expect(asked.filter((object) => /^1\.3\.6\.1\.(4|2\.1\.43\.(8|9|1[01]))\./.test(object))).toEqual([])
  })

  it('says levels and the status for supplies, and no meter', async () => {
    const later: Said = { ...said, ...upAfter(30) }
    const session = device(later)
    const again = await askAgain(session, { rows: await known(said), kind: 'supplies' })
    if (!again.ok) throw new Error(again.doubt)
    const { supplies, inputs, outputs, status, identity } = (await readAll(device(later))).reading
    expect(again.reading).toMatchObject({ supplies, inputs, outputs, status, identity, meters: [], checks: [] })
    expect(supplies.length).toBeGreaterThan(0)
    expect(again.reading.visit?.kind).toBe('supplies')
    // A block of records that holds a level; the meter beside it in there is not told.
    const asked = [...session.got, ...session.followed].map(({ text }) => text)
    expect(asked.filter((text) => text.startsWith(`${ACME}.`))).toEqual([`${ACME}.3`])
  })

  it.each(['status', 'supplies'] as const)(
    'is given up for another device, a new start and new rows (%s)',
    async (kind) => {
      const rows = await known(said)
      const met = async (change: Said) => {
        const again = await askAgain(device({ ...said, ...upAfter(30), ...change }), { rows, kind })
        return again.ok ? null : again.doubt
      }
      expect(await met({ '1.3.6.1.2.1.43.5.1.1.17.1': 'AC-0002' })).toBe('device')
      expect(await met({ '1.3.6.1.2.1.43.5.1.1.1.1': { type: 'counter32', value: 8 } })).toBe('configured')
      expect(await met(upAfter(-50))).toBe('restarted')
      expect(await met({ '1.3.6.1.2.1.25.3.5.1.2.1': { type: 'noSuchInstance' } })).toBe('rows')
      expect(await met({ [`${ACME}.1.0`]: { type: 'noSuchInstance' } })).toBeNull()
    },
  )

  it('finds alerts that came in one visit known in the next, of whatever kind', async () => {
    const rows = await known(usual)
    const first = await askAgain(device({ ...said, ...upAfter(30) }), { rows, kind: 'status' })
    if (!first.ok) throw new Error(first.doubt)
    expect(first.reading.status.alerts).toMatchObject([{ code: 8, text: 'Jam' }])
    const session = device({ ...said, ...upAfter(40) })
    const next = await askAgain(session, { rows: first.rows, minutes: 40 })
    if (!next.ok) throw new Error(next.doubt)
    expect(next.rows).toBe(first.rows)
    const { visit: _, ...reading } = next.reading
    expect(reading).toEqual((await readAll(device({ ...said, ...upAfter(40) }))).reading)
  })

  it('carries what the full read missed of a table only where it asks for it', async () => {
    const five = [1, 2, 3, 4, 5].flatMap((row) => Object.entries(alert(row, 8, row, 'Jam')))
    const many: Said = { ...usual, ...Object.fromEntries(five) }
    const rows = await known(many)
    expect(rows.misses).toMatchObject([{ subject: 'alerts', code: 'tooManyRows' }])
    const misses = async (kind: LaterKind) => {
      const again = await askAgain(device({ ...many, ...upAfter(30) }), { rows, kind })
      return again.ok && again.reading.misses.some(({ subject }) => subject === 'alerts')
    }
    expect(await misses('status')).toBe(true)
    expect(await misses('meters')).toBe(false)
  })
})

describe('alerts of a known device', () => {
  const changes: readonly (readonly [string, Said, Said])[] = [
    ['one that came', {}, alert(1, 8, 1, 'Jam')],
    ['a second one', alert(1, 8, 1, 'Jam'), { ...alert(1, 8, 1, 'Jam'), ...alert(2, 1101, 3, 'Toner low') }],
    ['one that went', { ...alert(1, 8, 1, 'Jam'), ...alert(2, 9, 1, 'Open') }, alert(1, 8, 1, 'Jam')],
    ['the last one that went', alert(1, 8, 1, 'Jam'), {}],
    ['another in the same row', alert(1, 8, 1, 'Jam'), alert(1, 9, 1, 'Open')],
    ['the same in another place', alert(1, 8, 1, 'Tray 1'), alert(1, 8, 2, 'Tray 2')],
  ]
  it.each(changes)('are read anew for %s, in the same visit, and then known', async (_what, before, after) => {
    const rows = await known({ ...usual, ...before })
    const said = { ...usual, ...upAfter(30), ...after }
    const again = await askAgain(device(said), { rows })
    if (!again.ok) throw new Error(again.doubt)
    const full = await readAll(device(said))
    expect(again.reading.status).toEqual(full.reading.status)
    expect(again.rows.at).toBe(rows.at)
    expect(again.rows.upTime).toBe(rows.upTime)
    const third: RecordedSession = device({ ...said, ...upAfter(40) })
    const later = await askAgain(third, { rows: again.rows, minutes: 40 })
    expect(later.ok && later.reading.status).toEqual(full.reading.status)
    expect(later.ok && later.rows).toBe(again.rows)
  })

  it('are the same as long as rows, codes and places are', async () => {
    const two = { ...alert(1, 8, 1, 'Jam'), ...alert(7, 1101, 3, 'Toner low') }
    const rows = await known({ ...usual, ...two })
    const session = device({ ...usual, ...upAfter(30), ...two })
    const again = await askAgain(session, { rows })
    expect(again.ok && again.rows).toEqual({ ...rows, large: 'answered' })
    expect(again.ok && again.reading.status.alerts).toMatchObject([{ text: 'Jam' }, { text: 'Toner low' }])
  })
})

describe('a device that does not take large questions', () => {
  const later: Said = { ...usual, ...upAfter(30), ...alert(1, 8, 1, 'Jam') }
  const isLarge = (names: number, once: readonly unknown[] = []): boolean => names > 22 || once.length > 0
  /** Refuses what is larger than a full read asks, or of another form. */
  const refusing = (reason: 'silent' | 'malformed' | 'generalError'): RecordedSession => {
    const session = device(later)
    const { get, bulk } = session
    const no = () => {
      session.cost.requests++
      return Promise.resolve({ ok: false, reason, detail: '' } as const)
    }
    session.get = (oids) => (isLarge(oids.length) ? no() : get.call(session, oids))
    session.bulk = (columns, repetitions, once) =>
      isLarge(columns.length, once) ? no() : bulk.call(session, columns, repetitions, once)
    return session
  }
  const knownOf = () => known({ ...usual, ...alert(1, 8, 1, 'Jam') })

  it.each(['silent', 'malformed', 'generalError'] as const)(
    'is asked in small ones in the same visit (%s), and from then on',
    async (reason) => {
      const rows = await knownOf()
      const again = await askAgain(refusing(reason), { rows })
      if (!again.ok) throw new Error(again.doubt)
      const { visit: _, ...reading } = again.reading
      expect(reading).toEqual((await readAll(device(later))).reading)
      expect(again.rows).toEqual({ ...rows, large: 'failed' })
      const session = refusing(reason)
      const third = await askAgain(session, { rows: again.rows })
      expect(third.ok && third.rows).toBe(again.rows)
      expect(session.cost.requests).toBe(2)
    },
  )

  it('is never asked large ones where its profile asks less at once than others do', async () => {
    const rows = await knownOf()
    const careful = (limits: object) => {
      const compiled = compile([{ ...alarmed, limits }, acme, makers], '1')
      const profile = compiled.ok && compiled.instructions.profiles.find((one) => one.profile === 'acme')
      if (!profile) throw new Error('no profile')
      return Math.max(
        ...asksOf(rows, 'steady', profile).map((ask) =>
          ask.by === 'get' ? ask.objects.length : ask.once.length + ask.runs.length,
        ),
      )
    }
    expect(careful({ batch: 4 })).toBe(4)
    expect(careful({ batch: 22, cells: 42 })).toBeGreaterThan(10)
  })

  it('is believed when it gives small questions no better answers', async () => {
    const rows = await knownOf()
    const { [`${ACME}.1.0`]: _, ...fewer } = later
    expect(await askAgain(device(fewer), { rows })).toEqual({ ok: false, doubt: 'rows' })
  })

  it('is not asked twice in vain once it has taken a large one', async () => {
    const first = await askAgain(device(later), { rows: await knownOf() })
    if (!first.ok) throw new Error(first.doubt)
    expect(first.rows.large).toBe('answered')
    const session = new SilentSession()
    expect(await askAgain(session, { rows: first.rows })).toEqual({ ok: false, doubt: 'silent' })
    expect(session.cost.requests).toBe(1)
  })

  it('that takes single instances for rows is found out by the names it answers', async () => {
    const session = device(later)
    const { bulk } = session
    session.bulk = (columns, repetitions, once = []) => bulk.call(session, [...once, ...columns], repetitions)
    const again = await askAgain(session, { rows: await knownOf() })
    expect(again.ok && again.reading.status).toEqual((await readAll(device(later))).reading.status)
    expect(again.ok && again.rows.large).toBe('failed')
  })
})

/** A device that takes GETBULK for GETNEXT. */
function oneRow(session: Session): Session {
  return {
    address: session.address,
    cost: session.cost,
    get: (oids) => session.get(oids),
    next: (oids) => session.next(oids),
    bulk: (columns) => session.next(columns),
  }
}
