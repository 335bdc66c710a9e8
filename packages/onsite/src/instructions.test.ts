import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeInstructionKey, signBundle } from '@platen/wire'
import { afterEach, describe, expect, it } from 'vitest'
import { verifyBundle } from './instructions.ts'
import { installInstructions } from './local.ts'
import { bundleFile, Rig } from './rig.testing.ts'

const rig = new Rig()
afterEach(() => rig.clear())
const bundle = readFileSync(bundleFile, 'utf8')

describe('signed instructions', () => {
  it('are refused without a signature, under another key, with one letter changed, or with a reach beyond what is allowed', () => {
    const key = makeInstructionKey()
    const other = makeInstructionKey()
    const signed = signBundle(bundle, key.privatePem)
    const reasonOf = (text: string, pem = key.publicPem) => {
      const loaded = verifyBundle(text, pem)
      return loaded.ok ? 'ok' : loaded.reason
    }
    expect(reasonOf(bundle)).toBe('notSigned')
    expect(reasonOf('')).toBe('notSigned')
    expect(reasonOf(signed.replace('"signature"', '"Signature"'))).toBe('notSigned')
    expect(reasonOf(signed, other.publicPem)).toBe('badSignature')
    expect(reasonOf(signed.replace('1.3.6.1.2.1.43', '1.3.6.1.2.1.44'))).toBe('badSignature')
    expect(reasonOf(signed, 'junk')).toBe('badTrust')
    expect(reasonOf(signed, key.privatePem)).toBe('badTrust')
    expect(reasonOf(signBundle('{}', key.privatePem))).toBe('badInstructions')
    expect(reasonOf(signBundle('not json', key.privatePem))).toBe('badInstructions')
    // Signed by the right key and still refused: the job table is nobody's business.
    expect(
      reasonOf(signBundle(bundle.replaceAll('1.3.6.1.2.1.43.11.1.1', '1.3.6.1.2.1.4.20.1.1'), key.privatePem)),
    ).toBe('badInstructions')
    expect(reasonOf(signed)).toBe('ok')
  })

  it('are not installed when they do not fit the trusted key, and nothing is changed then', () => {
    const folder = rig.prepared('ranges = ["10.0.0.1"]')
    const before = readFileSync(join(folder, 'trust.pem'), 'utf8')
    const elsewhere = rig.folder()
    const key = makeInstructionKey()
    writeFileSync(join(elsewhere, 'trust.pem'), key.publicPem)
    writeFileSync(join(elsewhere, 'signed'), signBundle(bundle, key.privatePem))
    const places = { folder, scopeFile: '' }
    expect(installInstructions(places, { trust: join(elsewhere, 'trust.pem') })).toMatchObject({
      reason: 'badSignature',
    })
    expect(installInstructions(places, { instructions: join(elsewhere, 'signed') })).toMatchObject({
      reason: 'badSignature',
    })
    expect(installInstructions(places, { instructions: join(elsewhere, 'none') })).toMatchObject({ reason: 'missing' })
    expect(readFileSync(join(folder, 'trust.pem'), 'utf8')).toBe(before)
    const both = { trust: join(elsewhere, 'trust.pem'), instructions: join(elsewhere, 'signed') }
    expect(installInstructions(places, both)).toMatchObject({ ok: true })
    expect(readFileSync(join(folder, 'trust.pem'), 'utf8')).toBe(key.publicPem)
  })
})
