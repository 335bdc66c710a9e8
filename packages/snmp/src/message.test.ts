import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageOf, oids } from './fakes.testing.ts'
import { decodeMessage, encodeRequest, encodeResponse, MAX_OCTETS, Oid, type Value, type Varbind } from './index.ts'

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const unsigned32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const oid = fc.array(unsigned32, { maxLength: 20 }).map((arcs) => Oid.parse(['1.3', ...arcs].join('.')))
const octets = fc.uint8Array({ maxLength: 300 })

const value: fc.Arbitrary<Value> = fc.oneof(
  int32.map((one): Value => ({ type: 'integer', value: one })),
  fc
    .tuple(fc.constantFrom('counter32', 'gauge32', 'timeTicks'), unsigned32)
    .map(([type, one]): Value => ({ type, value: one })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((one): Value => ({ type: 'counter64', value: one })),
  octets.map((one): Value => ({ type: 'octets', value: one })),
  octets.map((one): Value => ({ type: 'opaque', value: one })).filter((one) => !isNumberInside(one)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one): Value => ({ type: 'float', value: one })),
  oid.map((one): Value => ({ type: 'oid', value: one })),
  fc.ipV4().map((one): Value => ({ type: 'address', value: one })),
  fc.constantFrom('null', 'noSuchObject', 'noSuchInstance', 'endOfMibView').map((type): Value => ({ type })),
)
const varbind = fc.record({ oid, value })
const version = fc.constantFrom('v1', 'v2c')
const response = fc.record({
  version,
  community: fc.string({ unit: 'binary', maxLength: 40 }),
  id: int32,
  errorStatus: int32,
  errorIndex: int32,
  varbinds: fc.array(varbind, { maxLength: 40 }),
})

function isNumberInside(one: Value): boolean {
  return one.type === 'opaque' && one.value[0] === 0x9f
}

/** What arrived, as plain values. */
function plain(varbinds: readonly Varbind[]): unknown {
  return varbinds.map((one) => [one.oid.text, one.value.type === 'oid' ? one.value.value.text : one.value])
}

describe('a message', () => {
  it('is refused as unsupported if it is SNMPv3 or a v1 trap', () => {
    const v3 = Buffer.from(
      '303e020103301102040000000102030' +
        '0ffe3040104020103041030' +
        '0e0400020100020100040004000400' +
        '30140400' +
        '0400' +
        'a00e0204000000010201000201003000',
      'hex',
    )
    const trap = Buffer.from('302602010004067075626c6963a41906062b060104010b40047f0000010201060201014301003000', 'hex')
    expect(decodeMessage(trap)).toMatchObject({ ok: false, reason: 'unsupported', detail: 'a v1 trap' })
    expect(decodeMessage(v3)).toMatchObject({ ok: false, reason: 'unsupported', detail: 'version 3' })
  })

  it('is refused as malformed wherever it is cut, and with anything behind it', () => {
    fc.assert(
      fc.property(response, fc.nat(), (parts, cut) => {
        const bytes = encodeResponse(parts)
        expect(decodeMessage(bytes.subarray(0, cut % bytes.length))).toMatchObject({ reason: 'malformed' })
        expect(decodeMessage(Uint8Array.from([...bytes, 0]))).toMatchObject({ reason: 'malformed' })
      }),
    )
  })

  it('is refused above 65,535 octets', () => {
    expect(decodeMessage(new Uint8Array(65_536))).toMatchObject({ reason: 'malformed' })
  })

  it('ends in a value or in one of two refusals, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const decoded = decodeMessage(bytes)
        expect(decoded.ok || decoded.reason === 'malformed' || decoded.reason === 'unsupported').toBe(true)
      }),
    )
  })

  it('stays whole in its values when single octets of a right message are changed', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(response, fc.array(change, { minLength: 1, maxLength: 4 }), (parts, changes) => {
        const bytes = encodeResponse(parts)
        for (const [at, octet] of changes) bytes[at % bytes.length] = octet
        const decoded = decodeMessage(bytes)
        if (decoded.ok) for (const one of decoded.message.pdu.varbinds) expect(one.value.type).toBeTypeOf('string')
      }),
    )
  })

  it('holds thousands of varbinds without a limit of its own, and without time to speak of', () => {
    const one: Varbind = { oid: Oid.parse('1.3'), value: { type: 'null' } }
    const bytes = encodeResponse({ version: 'v2c', community: 'c', id: 1, varbinds: new Array(9_000).fill(one) })
    expect(messageOf(bytes).pdu.varbinds).toHaveLength(9_000)
  })

  it('decodes to what was encoded: responses', () => {
    fc.assert(
      fc.property(response, (parts) => {
        const { pdu, ...head } = messageOf(encodeResponse(parts))
        expect(head).toEqual({ version: parts.version, community: parts.community })
        expect(pdu).toMatchObject({ type: 'response', id: parts.id })
        expect(pdu).toMatchObject({ errorStatus: parts.errorStatus, errorIndex: parts.errorIndex })
        expect(plain(pdu.varbinds)).toEqual(plain(parts.varbinds))
      }),
    )
  })

  it('decodes to what was encoded: requests', () => {
    const request = fc.record({
      version,
      community: fc.string(),
      type: fc.constantFrom('get', 'next', 'bulk'),
      id: int32,
      oids: fc.array(oid, { maxLength: 30 }),
      repetitions: fc.nat(1_000),
    })
    fc.assert(
      fc.property(request, (parts) => {
        const { pdu } = messageOf(encodeRequest(parts))
        expect([pdu.type, pdu.id]).toEqual([parts.type, parts.id])
        expect(pdu.varbinds.map((one) => one.oid.text)).toEqual(parts.oids.map(({ text }) => text))
        if (pdu.type === 'bulk') expect(pdu).toMatchObject({ nonRepeaters: 0, maxRepetitions: parts.repetitions })
      }),
    )
  })

  it('refuses to encode numbers outside their type', () => {
    const wrong: Value[] = [
      { type: 'integer', value: 2 ** 31 },
      { type: 'counter32', value: -1 },
      { type: 'gauge32', value: 2 ** 32 },
      { type: 'counter64', value: -1n },
      { type: 'address', value: '10.0.0' },
      { type: 'address', value: '10.0.0.256' },
    ]
    const [name = Oid.parse('1.3')] = oids('1.3.6')
    for (const one of wrong) {
      const parts = { version: 'v2c', community: '', id: 1, varbinds: [{ oid: name, value: one }] } as const
      expect(() => encodeResponse(parts)).toThrow(RangeError)
    }
  })

  it('cuts strings above the limit and says how much is missing', () => {
    const [name = Oid.parse('1.3')] = oids('1.3.6')
    const long: Value = { type: 'octets', value: new Uint8Array(MAX_OCTETS + 500).fill(65) }
    const bytes = encodeResponse({ version: 'v2c', community: 'c', id: 1, varbinds: [{ oid: name, value: long }] })
    const [first] = messageOf(bytes).pdu.varbinds
    expect(first?.value).toEqual({ type: 'octets', value: new Uint8Array(MAX_OCTETS).fill(65), cut: 500 })
  })
})

describe('this package only reads', () => {
  it('a SetRequest is not encoded, whoever asks for it', () => {
    for (const type of ['set', 'response', 'trap1', 'toString']) {
      // What JavaScript can hand in where the types say no.
      const parts = JSON.parse(JSON.stringify({ version: 'v2c', community: 'public', type, id: 1, oids: [] }))
      expect(() => encodeRequest(parts)).toThrow(RangeError)
    }
  })

  it('a byte order mark at the beginning of a community is part of it', () => {
    const parts = { version: 'v2c', community: '\ufeffpublic', id: 1, varbinds: [] } as const
    expect(messageOf(encodeResponse(parts)).community).toBe('\ufeffpublic')
  })
})
