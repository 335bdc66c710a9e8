import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printersOf } from './fleet.ts'
import { ORDINARY_AGENT, respond } from './responder.ts'
import { acme, ask, HandClock, type Question, told } from './testing.ts'

const [printer] = printersOf({
  recordings: [acme()],
  port: 0,
  base: '127.21.0.1',
  count: 1,
  seed: 1,
  clock: new HandClock(),
  individual: false,
})
const view = printer?.view(5_000) ?? { get: () => undefined, next: () => undefined }

const say = (question: Question, agent = ORDINARY_AGENT) => told(respond(ask(question), view, agent))

const SYS = '1.3.6.1.2.1.1'

describe('an agent', () => {
  it('meets a foreign community, a version it does not speak and nonsense with silence', () => {
    expect(say({ type: 'get', oids: [`${SYS}.1.0`], community: 'private' })).toEqual(['silence'])
    expect(say({ type: 'get', oids: [`${SYS}.1.0`] }, { ...ORDINARY_AGENT, versions: ['v1'] })).toEqual(['silence'])
    expect(say({ type: 'bulk', oids: [SYS], version: 'v1', repetitions: 2 })).toEqual(['silence'])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => respond(bytes, view, ORDINARY_AGENT) === undefined),
    )
  })

  it('answers v1 all or nothing, naming the first object that is missing', () => {
    const oids = [`${SYS}.1.0`, `${SYS}.99.0`, `${SYS}.98.0`]
    expect(say({ type: 'get', oids, version: 'v1' })).toEqual(['error 2 at 2', ...oids.map((oid) => `${oid}=null`)])
    expect(say({ type: 'next', oids: ['1.3.6.1.5'], version: 'v1' })).toEqual(['error 2 at 1', '1.3.6.1.5=null'])
  })

  it('answers v2c object by object, telling a missing object from a missing instance', () => {
    expect(say({ type: 'get', oids: [`${SYS}.1.0`, `${SYS}.1.7`, '1.3.6.1.2.1.99.1.0'] })).toEqual([
      `${SYS}.1.0=Acme Press 9`,
      `${SYS}.1.7=noSuchInstance`,
      '1.3.6.1.2.1.99.1.0=noSuchObject',
    ])
    expect(say({ type: 'next', oids: ['1.3.6.1.5', `${SYS}.1`] })).toEqual([
      '1.3.6.1.5=endOfMibView',
      `${SYS}.1.0=Acme Press 9`,
    ])
  })

  it('hides a Counter64 from v1: no object to GET, passed over by GETNEXT', () => {
    const counter = '1.3.6.1.2.1.31.1.1.1.6.1'
    expect(say({ type: 'get', oids: [counter] })).toEqual([`${counter}=5`])
    expect(say({ type: 'get', oids: [counter], version: 'v1' })).toEqual(['error 2 at 1', `${counter}=null`])
    expect(say({ type: 'next', oids: ['1.3.6.1.2.1.31'], version: 'v1' })).toEqual([
      '1.3.6.1.2.1.43.5.1.1.17.1=AC42X00117',
    ])
  })

  it('answers GETBULK row by row and ends where nothing more can come', () => {
    expect(say({ type: 'bulk', oids: ['1.3.6.1.2.1.43.11.1.1.8', '1.3.6.1.2.1.43.11.1.1.9'], repetitions: 2 })).toEqual(
      [
        '1.3.6.1.2.1.43.11.1.1.8.1.1=100',
        '1.3.6.1.2.1.43.11.1.1.9.1.1=60',
        '1.3.6.1.2.1.43.11.1.1.8.1.2=100',
        '1.3.6.1.2.1.43.11.1.1.9.1.2=80',
      ],
    )
    expect(say({ type: 'bulk', oids: ['1.3.6.1.4.1.99999.1.8'], repetitions: 50 })).toEqual([
      '1.3.6.1.4.1.99999.1.8.0=AC-SECOND-77',
      '1.3.6.1.4.1.99999.1.8.0=endOfMibView',
    ])
  })

  it('says tooBig where an answer does not fit, and cuts GETBULK where it is full', () => {
    const small = { ...ORDINARY_AGENT, maxBytes: 100 }
    const oids = ['1.0', '2.0', '3.0', '5.0', '6.0'].map((suffix) => `${SYS}.${suffix}`)
    expect(say({ type: 'get', oids }, small)).toEqual(['error 1 at 0'])
    expect(say({ type: 'get', oids, version: 'v1' }, small)).toEqual([
      'error 1 at 0',
      ...oids.map((oid) => `${oid}=null`),
    ])
    const cut = respond(ask({ type: 'bulk', oids: [SYS], repetitions: 20 }), view, small)
    expect(cut?.length).toBeLessThanOrEqual(100)
    expect(told(cut).length).toBeGreaterThan(0)
    expect(say({ type: 'bulk', oids: [SYS], repetitions: 20 }, { ...small, maxBytes: 30 })).toEqual(['error 1 at 0'])
  })
})
