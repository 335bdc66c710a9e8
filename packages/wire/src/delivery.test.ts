/** Deliveries: cut, padded or lying bytes give nothing; honest ones give back the envelopes in order. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, uint32, utf8 } from './bytes.ts'
import { deliveryMost, fitDelivery, packDelivery, unpackDelivery } from './delivery.ts'
import { envelopeMost } from './envelope.ts'
import { envelopesMost } from './messages.ts'

const three = [utf8('first'), new Uint8Array(), utf8('third')]
const packed = packDelivery(three)

describe('a delivery', () => {
  test('cut at any length gives nothing, unless the cut falls between two envelopes', () => {
    for (let length = 0; length < packed.length; length++) {
      const outcome = unpackDelivery(packed.slice(0, length))
      if (outcome.ok) expect([3 + 4 + 5, 3 + 4 + 5 + 4]).toContain(length)
      else expect(outcome.reason).toBe('notADelivery')
    }
  })

  test('is refused where it is a web page, empty, too large, too many, or its lengths lie', () => {
    const lying = concat(utf8('PD1'), uint32(0xffffffff), utf8('x'))
    const overEnvelope = concat(utf8('PD1'), uint32(envelopeMost + 1), new Uint8Array(envelopeMost + 1))
    const tooMany = concat(utf8('PD1'), new Uint8Array(4 * (envelopesMost + 1)))
    for (const bytes of [utf8('<!doctype html>'), utf8(''), utf8('PD1'), utf8('PD2'), lying, overEnvelope, tooMany])
      expect(unpackDelivery(bytes)).toMatchObject({ ok: false, reason: 'notADelivery' })
    expect(unpackDelivery(new Uint8Array(deliveryMost + 1))).toMatchObject({ ok: false, reason: 'tooLarge' })
  })

  test('is not packed over its caps: ask first how many fit', () => {
    expect(() => packDelivery([])).toThrow(RangeError)
    expect(() => packDelivery(Array(envelopesMost + 1).fill(three[0]))).toThrow(RangeError)
    const large = Array.from({ length: 5 }, () => new Uint8Array(envelopeMost))
    expect(() => packDelivery(large)).toThrow(RangeError)
    const fit = fitDelivery(large.map((one) => one.length))
    expect(fit).toBe(3)
    expect(unpackDelivery(packDelivery(large.slice(0, fit)))).toMatchObject({ ok: true })
    expect(fitDelivery(Array(500).fill(1))).toBe(envelopesMost)
  })

  test('never throws, whatever follows its first letters', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => typeof unpackDelivery(concat(utf8('PD1'), bytes)).ok === 'boolean'),
    )
  })

  test('gives back the envelopes in order', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { minLength: 1, maxLength: 20 }), (envelopes) => {
        expect(unpackDelivery(packDelivery(envelopes))).toEqual({ ok: true, envelopes })
      }),
    )
  })
})
