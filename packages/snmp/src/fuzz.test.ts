import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasBadInput, protosPayloads } from './badinput.testing.ts'
import { encodeResponse, Oid } from './index.ts'
import { checkDecoder, fuzz } from './testing/fuzz.ts'
import { diceOf, mutate } from './testing/mutator.ts'
import { feedProtos } from './testing/protos.ts'

/** Another seed each day, the same for everybody on that day: printed with whatever it breaks. */
const SEED = Math.floor(Date.now() / 86_400_000)

const MESSAGE = encodeResponse({
  version: 'v2c',
  community: 'public',
  id: 1,
  varbinds: [{ oid: Oid.parse('1.3.6.1.2.1.1.1.0'), value: { type: 'integer', value: 1 } }],
})

describe('20,000 mutants', () => {
  it(`crash nothing, stall nothing and fool nobody (seed ${SEED})`, async () => {
    const report = await fuzz(SEED, 20_000)
    expect(report.tried).toBe(20_000)
    // A mutator of which nothing decodes would prove nothing, nor would one of which everything does.
    expect(report.decoded).toBeGreaterThan(1_000)
    expect(report.decoded).toBeLessThan(19_000)
    expect(report.believed).toBeGreaterThan(100)
    expect(report.delivered).toBeGreaterThan(100)
  })

  it('are the same for the same seed, and others for another', () => {
    const made = (seed: number) =>
      Array.from({ length: 20 }, (_, n) => Buffer.from(mutate(MESSAGE, diceOf(seed + n))).toString('hex'))
    expect(made(1)).toEqual(made(1))
    expect(made(1)).not.toEqual(made(1_000))
  })
})

describe('any octets at all', () => {
  it('decode to what encodes again, or are refused, in time', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void checkDecoder(bytes)),
      { numRuns: 2_000 },
    )
  })
})

describe.skipIf(!hasBadInput)('payloads of the PROTOS suite', () => {
  it('crash nothing and stall nothing, as answers and as traps; a twenty-fifth of them', async () => {
    const payloads = protosPayloads(25)
    const report = await feedProtos(payloads, () => undefined)
    expect(report.payloads).toBeGreaterThan(2_000)
    expect(report.decoded).toBeGreaterThan(100)
    expect(report.answers).toHaveProperty('malformed')
    expect(report.delivered).toBeGreaterThan(0)
  })
})
