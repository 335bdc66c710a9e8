/** The shelf of instructions: what is taken, what Onsites are told and given, and who runs what. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { makeInstructionKey, packInstructions, signBundle, unpackInstructions } from '@platen/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InstructionVersions, Onsite } from '../api.ts'
import { testEngines } from '../testing/engines.ts'
import type { TestOnsite } from '../testing/onsite.ts'
import { Browser, makeReading, newProvider, Rig } from '../testing/rig.ts'

const knowledge = resolve(import.meta.dirname, '../../../../knowledge/instructions.gen.json')
const key = makeInstructionKey()
const bundle = JSON.parse(readFileSync(knowledge, 'utf8'))
const signed = (version: string, own: object = {}, pem = key.privatePem) =>
  signBundle(JSON.stringify({ ...bundle, version, ...own }), pem)

describe.each(testEngines())('instructions on the shelf of $name', (engine) => {
  let rig: Rig
  let onsite: TestOnsite

  beforeAll(async () => {
    if (engine.missing) return
    rig = await Rig.start(await engine.open())
    onsite = await rig.onsite()
  })
  afterAll(async () => {
    await rig?.stop()
    await engine.stop()
  })

  const test = it.skipIf(engine.missing)
  const add = (text: string, trust = key.publicPem) => rig.central.addInstructions(text, trust)
  const fetched = (hash: string) => rig.central.app.inject({ url: `/onsite/instructions/${hash}` })

  test('refuse what the operator’s key has not signed, what cannot be executed, and another content under a version that is taken', async () => {
    const reasonOf = async (text: string, trust?: string) => {
      const added = await add(text, trust)
      return added.ok ? 'ok' : added.reason
    }
    expect(await reasonOf(signed('1.0.0', {}, makeInstructionKey().privatePem))).toBe('badSignature')
    expect(await reasonOf(JSON.stringify(bundle))).toBe('notSigned')
    expect(await reasonOf(signed('1.0.0'), key.privatePem)).toBe('badTrust')
    expect(await reasonOf(signed('1.0.0', { format: 2 }))).toBe('badInstructions')
    expect(await reasonOf(signed('1.0.0', { profiles: [] }))).toBe('badInstructions')
    expect(await reasonOf(signed('newest'))).toBe('noOrder')
    expect((await rig.admin.get<InstructionVersions>('/api/instructions')).versions).toEqual([])
    const delivered = await onsite.deliver(await onsite.contact())
    expect(delivered.ok && delivered.answer.instructions).toBe(undefined)
    expect(await reasonOf(signed('1.0.0'))).toBe('ok')
    expect(await add(signed('1.0.0'))).toEqual({ ok: true, version: '1.0.0', isNew: false })
    expect(await reasonOf(signed('1.0.0', { makers: [] }))).toBe('versionTaken')
  })

  test('are named in every answer, the highest version of them, and given to whoever asks by their name', async () => {
    await add(signed('1.10.0'))
    await add(signed('1.9.0'))
    const delivered = await onsite.deliver(await onsite.contact())
    const { packed, hash } = packInstructions(signed('1.10.0'))
    expect(delivered.ok && delivered.answer.instructions).toEqual({ version: '1.10.0', hash, size: packed.length })
    const response = await fetched(hash)
    expect([response.statusCode, response.headers.platen]).toEqual([200, '1'])
    expect(unpackInstructions(new Uint8Array(response.rawPayload), hash)).toEqual({ ok: true, text: signed('1.10.0') })
    for (const name of ['0'.repeat(64), hash.toUpperCase(), 'x', `${hash}0`, '%27', '..%2f..'])
      expect([name, (await fetched(name)).statusCode, (await fetched(name)).headers.platen]).toEqual([name, 404, '1'])
  })

  test('are shown with the Onsites that run them, also versions that came by hand; another tenant sees none of them', async () => {
    await onsite.deliver(
      await onsite.sealedAt({ instructions: '1.0.0' }, makeReading({ at: '2026-11-16T09:00:00.000Z' })),
    )
    const other = await rig.onsite()
    const told = { problems: ['instructions 1.10.0 refused: badSignature: not signed by the trusted key'] }
    await other.deliver(await other.contact(told, { instructions: 'by-hand' }))
    const { newest, versions } = await rig.admin.get<InstructionVersions>('/api/instructions')
    expect(newest).toBe('1.10.0')
    expect(
      versions.map(({ version, addedAt, onsites }) => [version, addedAt !== null, onsites.map(({ id }) => id)]),
    ).toEqual([
      ['1.10.0', true, []],
      ['1.9.0', true, []],
      ['1.0.0', true, [onsite.id]],
      ['by-hand', false, [other.id]],
    ])
    const made = await newProvider(rig.central, 'eva@another.example', 'Another provider')
    const stranger = new Browser(rig.central)
    await stranger.post('/api/sign-in', { email: made.email, password: made.password })
    const theirs = await stranger.get<InstructionVersions>('/api/instructions')
    expect(theirs.versions.map((one) => [one.version, one.onsites])).toEqual([
      ['1.10.0', []],
      ['1.9.0', []],
      ['1.0.0', []],
    ])
    const { onsites } = await rig.admin.get<{ onsites: Onsite[] }>('/api/onsites')
    expect(onsites.find(({ id }) => id === other.id)).toMatchObject({ instructions: 'by-hand', ...told })
  })
})
