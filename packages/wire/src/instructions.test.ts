import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256, toHex } from './bytes.ts'
import {
  compareVersions,
  isNumbered,
  makeInstructionKey,
  openInstructions,
  packInstructions,
  signBundle,
  trustFingerprint,
  unpackInstructions,
} from './instructions.ts'
import { packedInstructionsMost } from './messages.ts'

/** What a signed file may have. */
const most = 8 * 1024 * 1024

const key = makeInstructionKey()

describe('a packed file of instructions', () => {
  const text = signBundle('{"format":1}', key.privatePem)
  const { packed, hash } = packInstructions(text)
  const reasonOf = (bytes: Uint8Array, name = toHex(sha256(bytes))) => {
    const unpacked = unpackInstructions(bytes, name)
    return unpacked.ok ? 'ok' : unpacked.reason
  }

  it('is not used when it is cut at any byte, changed in any, or another than was announced', () => {
    for (let end = 0; end < packed.length; end += 1) expect(reasonOf(packed.subarray(0, end), hash)).toBe('cut')
    for (let at = 0; at < packed.length; at += 1) {
      const changed = packed.map((byte, place) => (place === at ? byte ^ 1 : byte))
      expect(reasonOf(changed, hash)).toBe('cut')
    }
  })

  it('is refused when it is too large, packed or unpacked, and when it is no packed text', () => {
    expect(reasonOf(new Uint8Array(packedInstructionsMost + 1))).toBe('tooLarge')
    expect(reasonOf(new Uint8Array(gzipSync(Buffer.alloc(most + 1, 'a'))))).toBe('tooLarge')
    expect(reasonOf(new Uint8Array(gzipSync(Buffer.alloc(1_000_000, 'a'))))).toBe('tooLarge')
    expect(reasonOf(new Uint8Array(gzipSync(Uint8Array.of(0xff, 0xfe))))).toBe('badPacking')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(['badPacking', 'ok', 'tooLarge']).toContain(reasonOf(bytes))
      }),
    )
  })

  it('gives back the text that was signed', () => {
    expect(unpackInstructions(packed, hash)).toEqual({ ok: true, text })
    expect(openInstructions(text, key.publicPem)).toEqual({ ok: true, bundle: '{"format":1}' })
  })
})

describe('a signed file of instructions', () => {
  it('is refused under another key, under a private key, when too large, and when it is no such file', () => {
    const text = signBundle('{}', key.privatePem)
    const reasonOf = (said: string, pem = key.publicPem) => {
      const opened = openInstructions(said, pem)
      return opened.ok ? 'ok' : opened.reason
    }
    expect(reasonOf(text, makeInstructionKey().publicPem)).toBe('badSignature')
    expect(reasonOf(text, key.privatePem)).toBe('badTrust')
    expect(reasonOf(text, 'junk')).toBe('badTrust')
    expect(reasonOf(' '.repeat(most + 1))).toBe('tooLarge')
    expect(reasonOf(text.replace('{}', '[]'))).toBe('badSignature')
    fc.assert(
      fc.property(fc.string(), (said) => {
        expect(reasonOf(said)).toBe('notSigned')
      }),
    )
    expect(trustFingerprint(key.publicPem)).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/)
    expect(trustFingerprint(key.privatePem)).toBe(null)
  })
})

describe('versions of instructions', () => {
  it('have no order unless they are numbers with dots', () => {
    for (const version of ['', 'seed-1', '1.', '.1', '1.0.0.0.0', '1.0-rc', '-1', '1e9', '1.0\n', 'none'])
      expect([version, isNumbered(version), compareVersions(version, '1')]).toEqual([version, false, null])
  })

  it('are compared number by number', () => {
    expect(compareVersions('1.0.0', '1')).toBe(0)
    for (const [older, newer] of [
      ['1.9', '1.10'],
      ['1.0.0', '1.0.1'],
      ['1.99.99', '2'],
      ['2025.12.31', '2026.1.1'],
    ] as const) {
      expect(compareVersions(older, newer)).toBeLessThan(0)
      expect(compareVersions(newer, older)).toBeGreaterThan(0)
    }
  })
})
