import { Oid, type Outcome, type Session } from '@platen/snmp'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { identify } from './identify.ts'
import { probe } from './probe.ts'
import { questions } from './questions.ts'
import { acmeInstructions, acmeProfile, device, ordinary, type Said } from './testing/acme.ts'
import { SilentSession } from './testing/recorded-session.ts'

const ACME = '1.3.6.1.4.1.99999.7'
const oid = (text: string): Oid => Oid.parse(text)

describe('collecting', () => {
  it('stops asking a device that has gone silent, and says what was not asked', async () => {
    const session = new SilentSession()
    const { answers, misses } = await collect(session, acmeProfile())
    expect(answers.size).toBe(0)
    expect(session.cost.requests).toBe(2)
    expect(misses.map(({ subject, reason }) => `${subject} ${reason}`)).toEqual([
      'objects 1 to 5 silent',
      'device silent',
      'marker silent',
      'supplies silent',
      'modes silent',
    ])
  })

  it('goes on after one question the device does not answer', async () => {
    const session = refusing(device(ordinary), { ok: false, reason: 'silent', detail: 'no answer' })
    const { answers, misses } = await collect(session, acmeProfile())
    expect(misses).toEqual([
      {
        subject: 'objects 1 to 5',
        reason: 'silent',
        detail: 'no answer',
        code: 'notAnswered',
        params: { why: 'silent', said: 'no answer' },
      },
    ])
    expect(answers.get('1.3.6.1.2.1.43.5.1.1.17.1')).toBeDefined()
  })

  it('names a refusal as one', async () => {
    const session = refusing(device(ordinary), { ok: false, reason: 'refused', detail: 'authorization' })
    expect((await collect(session, acmeProfile())).misses[0]?.reason).toBe('refused')
  })

  it('keeps no more rows than the profile says, and says so', async () => {
    const rows = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`${ACME}.2.2.${at + 1}`, at]))
    const { answers, misses } = await collect(device({ ...ordinary, ...rows }), acmeProfile())
    expect([...answers.keys()].filter((object) => object.startsWith(`${ACME}.2.2.`))).toHaveLength(8)
    expect(misses).toContainEqual({
      subject: 'modes',
      reason: 'tooMany',
      detail: 'more than 8 rows',
      code: 'tooManyRows',
      params: { most: '8' },
    })
  })

  it('asks what its questions say and nothing else', async () => {
    const session = device({ ...ordinary, [`${ACME}.8.0`]: 'never asked' })
    const observation = await collect(session, acmeProfile())
    const asked = questions(acmeProfile())
    expect(session.got.map(({ text }) => text)).toEqual(asked.scalars)
    expect(asked.tables.map(({ name, rows }) => `${name} ${rows}`)).toEqual([
      'device 4',
      'marker 8',
      'supplies 8',
      'modes 8',
    ])
    expect(observation.answers.has(`${ACME}.8.0`)).toBe(false)
    expect(observation.cost.requests).toBe(session.cost.requests)
  })
})

describe('probing', () => {
  it('tells silence from refusal', async () => {
    expect(await probe(new SilentSession(), acmeInstructions())).toMatchObject({ kind: 'silent' })
    const refused = refusing(device(ordinary), { ok: false, reason: 'refused', detail: '' })
    expect(await probe(refused, acmeInstructions())).toMatchObject({ kind: 'refused', reason: 'refused' })
  })

  it('believes no server that lists a print queue, and no device in a branch that is never a printer', async () => {
    const queue: Said = {
      '1.3.6.1.2.1.1.1.0': 'Server',
      '1.3.6.1.2.1.25.3.2.1.2.1': { type: 'oid', value: oid('1.3.6.1.2.1.25.3.1.5') },
    }
    expect(await probe(device(queue), acmeInstructions())).toMatchObject({
      kind: 'other',
      answer: { listsPrinter: true },
    })
    const never: Said = { ...ordinary, '1.3.6.1.2.1.1.2.0': { type: 'oid', value: oid(`${ACME}.9.1`) } }
    expect(await probe(device(never), acmeInstructions())).toMatchObject({ kind: 'other' })
  })

  it('recognises a printer by its MIB, by a listed device under a maker, and by a branch of printers only', async () => {
    expect(await probe(device(ordinary), acmeInstructions())).toMatchObject({ kind: 'printer', evidence: 'printerMib' })
    const branch: Said = { '1.3.6.1.2.1.1.2.0': { type: 'oid', value: oid(`${ACME}.1`) } }
    expect(await probe(device(branch), acmeInstructions())).toMatchObject({
      kind: 'printer',
      evidence: 'printerBranch',
    })
    const listed: Said = {
      '1.3.6.1.2.1.1.2.0': { type: 'oid', value: oid('1.3.6.1.4.1.99999.8') },
      '1.3.6.1.2.1.25.3.2.1.2.1': { type: 'oid', value: oid('1.3.6.1.2.1.25.3.1.5') },
    }
    expect(await probe(device(listed), acmeInstructions())).toMatchObject({
      kind: 'printer',
      evidence: 'listedPrinter',
    })
  })

  it('costs one request', async () => {
    const session = device(ordinary)
    await probe(session, acmeInstructions())
    expect(session.cost.requests).toBe(1)
    expect(session.followed).toHaveLength(6)
  })
})

describe('identifying', () => {
  const profileOf = (said: { objectId?: string; description?: string; device?: string }) =>
    identify({ objectId: null, description: null, device: null, ...said }, acmeInstructions()).profile

  it('reads a device the profile excepts, and a stranger, by the standard', () => {
    expect(profileOf({ objectId: `${ACME}.1`, device: 'Acme Fragile 2' })).toBe('standard')
    expect(profileOf({ objectId: '1.3.6.1.4.1.88888.1', description: 'Other' })).toBe('standard')
    expect(profileOf({})).toBe('standard')
  })

  it('goes by sysObjectID in whole arcs, then by the words of the description', () => {
    expect(profileOf({ objectId: `${ACME}.1` })).toBe('acme')
    expect(profileOf({ objectId: `${ACME}7.1` })).toBe('standard')
    expect(profileOf({ description: 'ACME Jet' })).toBe('acme')
    expect(profileOf({ description: 'Acmeists' })).toBe('standard')
  })

  it("does not let words overrule another branch of a known maker's", () => {
    expect(profileOf({ objectId: '1.3.6.1.4.1.99999.8', description: 'Acme Print Server' })).toBe('standard')
  })
})

/** The session, whose first question ends like this. */
function refusing(session: Session, first: Outcome): Session {
  let asked = 0
  const once = (ask: () => Promise<Outcome>): Promise<Outcome> => (asked++ === 0 ? Promise.resolve(first) : ask())
  return {
    address: session.address,
    cost: session.cost,
    get: (oids) => once(() => session.get(oids)),
    next: (oids) => once(() => session.next(oids)),
    bulk: (columns, repetitions) => once(() => session.bulk(columns, repetitions)),
  }
}
