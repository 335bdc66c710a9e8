/** Proofs of one line: they hold for the line that was signed, by the Onsite that signed it, and for nothing else. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bodiesOf } from './body.ts'
import { fromBase64url, toBase64url } from './bytes.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import { generateSigningKey } from './keys.ts'
import { checkLineProof, proveLine } from './proof.ts'
import { header, knowing, makeKeys, reading } from './samples.testing.ts'

const keys = await makeKeys()
const known = knowing(keys.epoch, keys.onsite.publicKey)
const ids = ['aa', 'bb', 'cc', 'dd', 'ee'].map((byte) => byte.repeat(16))
const [body = new Uint8Array()] = bodiesOf(ids.map((id) => ({ ...reading, id }))).bodies
const { bytes } = await sealEnvelope({ header, body, signingKey: keys.onsite, recipient: keys.toCentral })
const opened = await openEnvelope(bytes, known)
if (!opened.ok) throw new Error(opened.reason)
const { kept, hash } = opened.signed

async function proofOf(index: number) {
  const proof = await proveLine(kept, index, known)
  if (proof === null) throw new Error(`no proof of line ${index}`)
  return proof
}

describe('a proof of one line', () => {
  test('is refused for another line, another place, another path and another header', async () => {
    const [proof, other] = [await proofOf(1), await proofOf(2)]
    const check = (changed: object) => checkLineProof({ ...proof, ...changed }, keys.onsite.publicKey)
    expect(check({ line: other.line })).toEqual({ ok: false, reason: 'otherLine' })
    expect(check({ line: proof.line.replace('9007199254740993', '9007199254740994') })).toEqual({
      ok: false,
      reason: 'otherLine',
    })
    expect(check({ index: 2 })).toEqual({ ok: false, reason: 'otherLine' })
    expect(check({ index: 5 })).toEqual({ ok: false, reason: 'otherLine' })
    expect(check({ path: other.path })).toEqual({ ok: false, reason: 'otherLine' })
    expect(check({ path: [] })).toEqual({ ok: false, reason: 'otherLine' })
    const statement = fromBase64url(proof.statement)
    for (const [at, byte] of statement.entries()) {
      const flipped = toBase64url(statement.with(at, byte ^ (1 << (at % 8))))
      expect(check({ statement: flipped })).toEqual({ ok: false, reason: 'badSignature' })
    }
  })

  test('is refused under the key of another Onsite', async () => {
    const { publicKey } = await generateSigningKey()
    expect(checkLineProof(await proofOf(0), publicKey)).toEqual({ ok: false, reason: 'badSignature' })
  })

  test('is refused where it is none, whatever JSON comes', async () => {
    const proof = await proofOf(0)
    for (const bad of [null, {}, [], { ...proof, statement: `${proof.statement}=` }, { ...proof, path: ['00'] }])
      expect(checkLineProof(bad, keys.onsite.publicKey)).toEqual({ ok: false, reason: 'notAProof' })
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(checkLineProof(json, keys.onsite.publicKey).ok).toBe(false)
      }),
    )
  })

  test('cannot be made of a line that is not there, nor of what was changed', async () => {
    expect(await proveLine(kept, ids.length, known)).toBe(null)
    expect(await proveLine(kept, -1, known)).toBe(null)
    expect(await proveLine(kept.with(-1, (kept.at(-1) ?? 0) ^ 1), 0, known)).toBe(null)
  })

  test('holds for each line, shows that line and the header, and no other reading', async () => {
    for (const [index, id] of ids.entries()) {
      const proof: unknown = JSON.parse(JSON.stringify(await proofOf(index)))
      const checked = checkLineProof(proof, keys.onsite.publicKey)
      expect(checked).toMatchObject({ ok: true, header, hash })
      expect(checked.ok && JSON.parse(checked.line)).toMatchObject({ id })
      for (const other of ids) expect(JSON.stringify(proof).includes(other)).toBe(other === id)
    }
  })
})
