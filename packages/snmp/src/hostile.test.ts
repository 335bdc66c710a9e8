import { describe, expect, it } from 'vitest'
import { capturedPayloads, foreignMessages, type HostileCase, hasBadInput, hostileCases } from './badinput.testing.ts'
import { fakeClient, lastSent, messageOf, oids, respond } from './fakes.testing.ts'
import { decodeMessage, MAX_OCTETS, type Outcome, type Target } from './index.ts'

const PRINTER = { address: '10.0.0.7', port: 161 }
const TARGET: Target = { ...PRINTER, version: 'v2c', community: 'public' }
const DESCRIPTION = '1.3.6.1.2.1.1.1.0'
const GENUINE = { type: 'octets', value: new TextEncoder().encode('the genuine answer') } as const
const REQUEST_ID = '12345678'

if (!hasBadInput) console.log('skipped: the hostile datagrams of ../shared/badinput are not here')

/** Asks one object; the hostile datagram comes first, 15 ms later a genuine answer. */
async function meet(hostile: HostileCase): Promise<Outcome> {
  const { client, clock, net } = fakeClient()
  const outcome = client.session(TARGET).get(oids(DESCRIPTION))
  const request = messageOf(lastSent(net).bytes)
  const id = request.pdu.id.toString(16).padStart(8, '0')
  net.arrive(Buffer.from(hostile.hex.replace(REQUEST_ID, id), 'hex'), PRINTER)
  await clock.advance(15)
  net.arrive(respond(request, { varbinds: request.pdu.varbinds.map(({ oid }) => ({ oid, value: GENUINE })) }), PRINTER)
  return outcome
}

/** What came of it, in the words of the cases. */
function fateOf(outcome: Outcome): string {
  if (!outcome.ok) return outcome.reason === 'malformed' ? 'reject-reading' : `error ${outcome.reason}`
  const value = outcome.varbinds[0]?.value
  if (value === undefined) return 'nothing'
  if (value.type === 'octets' && Buffer.from(value.value).equals(GENUINE.value)) return 'drop'
  if (value.type.startsWith('noSuch') || value.type === 'endOfMibView') return 'accept-absent'
  if ('cut' in value) return value.value.length === MAX_OCTETS ? 'accept-truncated' : 'accept'
  return value.type === 'opaque' ? 'accept-raw' : 'accept'
}

/** The fates that meet an expectation; where a case allows several, ours is the first. */
const MEETS: Readonly<Record<string, readonly string[]>> = {
  drop: ['drop'],
  'drop-keep-waiting': ['drop'],
  accept: ['accept'],
  'accept-value': ['accept'],
  // Octets as they came: making text of them is the reader's, not this package's.
  'accept-clean': ['accept'],
  'accept-exact': ['accept'],
  'accept-truncated': ['accept-truncated'],
  'accept-absent': ['accept-absent'],
  'accept-or-flag': ['accept'],
  'reject-reading': ['reject-reading'],
  'reject-or-255': ['reject-reading'],
  // Octets of an Opaque that are no finite number stay octets: no number is made up.
  'reject-or-flag': ['accept-raw'],
  'drop-or-ignore': ['accept-raw'],
  'error-reading': ['error generalError'],
  // One object cannot be halved; lists are, see session.test.ts.
  'halve-and-retry': ['error tooBig'],
}

const VALUES: Readonly<Record<string, unknown>> = {
  good: { type: 'octets', value: new TextEncoder().encode('OK') },
  'val-string-0': { type: 'octets', value: new Uint8Array(0) },
  'val-string-65000': { type: 'octets', value: new Uint8Array(MAX_OCTETS).fill(0x41), cut: 65_000 - MAX_OCTETS },
  'val-string-nul': { type: 'octets', value: Uint8Array.from(Buffer.from('4850004c617365724a65740000', 'hex')) },
  'val-string-latin1': { type: 'octets', value: Uint8Array.from([0x42, 0xfc, 0x72, 0x6f]) },
  'val-counter32-max': { type: 'counter32', value: 4_294_967_295 },
  'val-counter32-4-octet-ffffffff': { type: 'counter32', value: 4_294_967_295 },
  'val-counter64-max': { type: 'counter64', value: 18_446_744_073_709_551_615n },
  'val-counter64-2^53+1': { type: 'counter64', value: 9_007_199_254_740_993n },
  'val-int-min': { type: 'integer', value: -2_147_483_648 },
  'val-int-minus2': { type: 'integer', value: -2 },
  'val-int-minus3': { type: 'integer', value: -3 },
}

describe.skipIf(!hasBadInput)('hostile datagrams', () => {
  const cases = hostileCases()

  it('are all looked at', () => {
    expect(cases).toHaveLength(134)
    const known = new Set(cases.map(({ name }) => name))
    expect(Object.keys(VALUES).filter((name) => !known.has(name))).toEqual([])
  })

  it.each(cases.map((one) => [one.name, one.expect, one] as const))('%s: %s', async (name, expected, hostile) => {
    const outcome = await meet(hostile)
    expect(MEETS[expected]).toContain(fateOf(outcome))
    if (name in VALUES && outcome.ok) expect(outcome.varbinds[0]?.value).toEqual(VALUES[name])
  })

  it('leave the next request unharmed, all of them in a row', async () => {
    const { client, clock, net } = fakeClient()
    const session = client.session({ ...TARGET, tries: 1, timeout: 20 })
    for (const { hex } of cases) {
      const outcome = session.get(oids(DESCRIPTION))
      const id = messageOf(lastSent(net).bytes).pdu.id.toString(16).padStart(8, '0')
      net.arrive(Buffer.from(hex.replace(REQUEST_ID, id), 'hex'), PRINTER)
      await clock.advance(50)
      await outcome
    }
    const outcome = session.get(oids(DESCRIPTION))
    const request = messageOf(lastSent(net).bytes)
    net.arrive(
      respond(request, { varbinds: request.pdu.varbinds.map(({ oid }) => ({ oid, value: GENUINE })) }),
      PRINTER,
    )
    expect(fateOf(await outcome)).toBe('drop')
    await clock.advance(1_000)
    expect([client.load.live, clock.pending]).toEqual([0, 0])
  })
})

/** Decodes a datagram and all its values; its milliseconds. */
function decodeWhole(bytes: Uint8Array): number {
  const began = performance.now()
  const decoded = decodeMessage(bytes)
  if (decoded.ok)
    for (const { oid, value } of decoded.message.pdu.varbinds) expect(oid.text + value.type).toBeTypeOf('string')
  return performance.now() - began
}

describe.skipIf(!hasBadInput)('datagrams of other implementations', () => {
  it('decode to their types and values', () => {
    const types = [...foreignMessages()].map(([, bytes]) => messageOf(bytes).pdu.varbinds[0]?.value)
    expect(types).toContainEqual({ type: 'float', value: 10 })
    expect(types).toContainEqual({ type: 'gauge32', value: 4_294_967_295 })
    expect(types).toContainEqual({ type: 'gauge32', value: 2_147_483_647 })
    expect(types).toContainEqual({ type: 'counter64', value: 9_223_372_036_854_775_807n })
    expect(types).toContainEqual({ type: 'address', value: '127.0.0.1' })
    expect(types).toHaveLength(13)
  })

  it('in captures of networks decode, and crash nothing where they were made to', () => {
    const captures = capturedPayloads()
    for (const payloads of captures.values()) for (const bytes of payloads) expect(decodeWhole(bytes)).toBeLessThan(500)
    const printer = [...captures].find(([file]) => file.endsWith('b6300a.cap'))?.[1] ?? []
    expect(printer.filter((bytes) => decodeMessage(bytes).ok)).toHaveLength(58)
  })
})
