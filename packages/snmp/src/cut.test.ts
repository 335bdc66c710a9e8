import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutAnswer } from './cut.ts'
import { encodeResponse, Oid } from './index.ts'

const RESPONSE = 0xa2
const ANSWER = encodeResponse({
  version: 'v2c',
  community: 'public',
  id: 0x1234_5678,
  varbinds: Array.from({ length: 20 }, (_, n) => ({
    oid: Oid.parse(`1.3.6.1.2.1.43.11.1.1.6.1.${n + 1}`),
    value: { type: 'octets', value: new Uint8Array(20).fill(65) },
  })),
})

describe('a cut answer', () => {
  it('is none where the datagram is whole, too long, of another PDU, or cut before its id', () => {
    expect(cutAnswer(ANSWER, RESPONSE)).toBeUndefined()
    expect(cutAnswer(Uint8Array.from([...ANSWER, 0, 0]), RESPONSE)).toBeUndefined()
    expect(cutAnswer(ANSWER.subarray(0, 300), 0xa0)).toBeUndefined()
    for (let length = 0; length < 25; length++)
      expect(cutAnswer(ANSWER.subarray(0, length), RESPONSE)?.id).toBeUndefined()
  })

  it('says how long it was meant to be and whom it answers, wherever it was cut', () => {
    for (let length = 30; length < ANSWER.length; length++) {
      const cut = cutAnswer(ANSWER.subarray(0, length), RESPONSE)
      expect(cut).toEqual({ announced: ANSWER.length, version: 1, id: 0x1234_5678 })
    }
  })

  it('is looked for in any octets without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        bytes[0] = 0x30
        const cut = cutAnswer(bytes, RESPONSE)
        if (cut !== undefined) expect(cut.announced).toBeGreaterThan(bytes.length)
      }),
    )
  })
})
