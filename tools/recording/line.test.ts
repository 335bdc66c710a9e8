import { parseSnmprec } from '@platen/simulator'
import { Oid, type Value } from '@platen/snmp'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { snmprecLine } from './line.ts'

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.record({ type: fc.constant('integer' as const), value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) }),
  fc.record({
    type: fc.constantFrom('counter32' as const, 'gauge32' as const, 'timeTicks' as const),
    value: fc.nat(4_294_967_295),
  }),
  fc.record({ type: fc.constant('counter64' as const), value: fc.bigInt(0n, 2n ** 64n - 1n) }),
  fc.record({ type: fc.constantFrom('octets' as const, 'opaque' as const), value: fc.uint8Array({ maxLength: 300 }) }),
  fc.string({ unit: 'grapheme' }).map((text): Value => ({ type: 'octets', value: new TextEncoder().encode(text) })),
  fc.ipV4().map((address): Value => ({ type: 'address', value: address })),
  fc.constant<Value>({ type: 'null' }),
)

describe('a line of a recording', () => {
  it('does not exist for what is no object', () => {
    expect(snmprecLine({ oid: Oid.parse('1.3.6.1'), value: { type: 'endOfMibView' } })).toBeNull()
    expect(snmprecLine({ oid: Oid.parse('1.3.6.1'), value: { type: 'noSuchInstance' } })).toBeNull()
  })

  it('reads as the object it was made of', () => {
    fc.assert(
      fc.property(value, (given) => {
        const oid = Oid.parse('1.3.6.1.4.1.99999.1.0')
        const { rows, problems } = parseSnmprec(snmprecLine({ oid, value: given }) ?? '')
        expect(problems).toEqual([])
        const [row] = rows
        const told = row?.value
        if (given.type === 'octets' || given.type === 'opaque') {
          expect(told?.type).toBe(given.type)
          const octets = told?.type === 'octets' || told?.type === 'opaque' ? told.value : new Uint8Array(0)
          expect(Buffer.from(octets).equals(given.value)).toBe(true)
        } else expect(told).toEqual(given)
      }),
    )
  })

  it('keeps an object identifier and a floating number', () => {
    const oid = Oid.parse('1.3.6.1.4.1.99999.1.0')
    const line = (given: Value) => snmprecLine({ oid, value: given })
    expect(line({ type: 'oid', value: Oid.parse('1.3.6.1.2.1') })).toBe('1.3.6.1.4.1.99999.1.0|6|1.3.6.1.2.1')
    expect(line({ type: 'float', value: 1.5 })).toBe('1.3.6.1.4.1.99999.1.0|68x|9f79083ff8000000000000')
  })
})
