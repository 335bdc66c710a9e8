import { RecordedSession } from '@platen/collector/testing'
import { Oid, type Outcome, type Session, type Varbind } from '@platen/snmp'
import { describe, expect, it } from 'vitest'
import { Budget } from './budget.ts'
import { type Walked, walk } from './walk.ts'

const BRANCH = '1.3.6.1.4.1.99999.7'
const row = (suffix: string, value = 1): Varbind => ({
  oid: Oid.parse(`${BRANCH}.${suffix}`),
  value: { type: 'integer', value },
})

/** Answers GETBULK and GETNEXT as it is told, whatever is asked. */
function scripted(bulks: readonly Outcome[], nexts: readonly Outcome[]): Session {
  const [bulk, next] = [[...bulks], [...nexts]]
  const end: Outcome = { ok: true, varbinds: [{ oid: Oid.parse(BRANCH), value: { type: 'endOfMibView' } }] }
  return {
    address: '192.0.2.10',
    cost: { requests: 0, bytesOut: 0, bytesIn: 0, varbinds: 0 },
    get: () => Promise.resolve(end),
    next: () => Promise.resolve(next.shift() ?? end),
    bulk: () => Promise.resolve(bulk.shift() ?? end),
  }
}

async function walked(
  session: Session,
  most = 100,
  denied: readonly string[] = [],
): Promise<Walked & { names: string[] }> {
  const names: string[] = []
  const budget = new Budget({
    limits: { requests: 50, octets: 1e6, seconds: 60 },
    clock: { now: () => 0 },
    cost: session.cost,
    stop: new AbortController().signal,
  })
  const result = await walk({
    session,
    budget,
    range: { branch: BRANCH, most },
    denied: denied.map((branch) => Oid.parse(branch)),
    from: undefined,
    keep: ({ oid }) => {
      if (!names.includes(oid.text)) names.push(oid.text)
    },
  })
  return { ...result, names: names.map((name) => name.slice(BRANCH.length + 1)) }
}

const said = (...varbinds: readonly Varbind[]): Outcome => ({ ok: true, varbinds })

describe('a walk of one branch', () => {
  it('keeps what came out of order, and says so', async () => {
    const session = scripted([said(row('1'), row('3'), row('2'))], [said(row('4'))])
    expect(await walked(session)).toMatchObject({ end: 'disordered', names: ['1', '3', '2', '4'] })
  })

  it('ends where GETNEXT does not rise either', async () => {
    const session = scripted([said(row('1'), row('1'))], [said(row('1'))])
    expect(await walked(session)).toMatchObject({ end: 'disordered', names: ['1'], kept: 1 })
  })

  it('goes on with GETNEXT where GETBULK fails', async () => {
    const session = scripted([{ ok: false, reason: 'generalError', detail: '' }], [said(row('1')), said(row('2'))])
    expect(await walked(session)).toMatchObject({ end: 'whole', names: ['1', '2'] })
  })

  it.each(['silent', 'refused'] as const)('keeps what it has when the device is %s', async (reason) => {
    const session = scripted([said(row('1')), { ok: false, reason, detail: 'x' }], [])
    expect(await walked(session)).toMatchObject({ end: reason === 'silent' ? 'silent' : 'failed', names: ['1'] })
  })

  it('passes over what is denied and never asks more than its bound', async () => {
    const session = new RecordedSession(['1.0', '2.1', '2.2', '3.0', '4.0', '5.0'].map((suffix) => row(suffix)))
    expect(await walked(session, 100, [`${BRANCH}.2`])).toMatchObject({
      end: 'whole',
      names: ['1.0', '3.0', '4.0', '5.0'],
      passed: [`${BRANCH}.2`],
    })
    expect(await walked(session, 2, [`${BRANCH}.2`])).toMatchObject({ end: 'bound', names: ['1.0', '3.0'] })
  })
})
