import { Oid, type Varbind } from '@platen/snmp'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Mask } from './mask.ts'
import { type Secret, secretsOf } from './secrets.ts'
import { serialLike } from './serial-like.ts'

const OWN = '1.3.6.1.4.1.99999.1'
const octets = (object: string, words: string | Uint8Array): Varbind => ({
  oid: Oid.parse(object),
  value: { type: 'octets', value: typeof words === 'string' ? new TextEncoder().encode(words) : words },
})
const textOf = ({ value }: Varbind): string =>
  value.type === 'octets' ? Buffer.from(value.value).toString('utf8') : ''
const found = (rows: readonly Varbind[], given: readonly string[] = []) =>
  secretsOf(rows, { asked: [], readings: [], given })
const masked = (rows: readonly Varbind[], given: readonly string[] = []): readonly string[] =>
  new Mask(found(rows, given)).rows(rows).map(textOf)

const SERIAL = '1.3.6.1.2.1.43.5.1.1.17.1'
const HOST = '1.3.6.1.2.1.1.5.0'
const PLACE = '1.3.6.1.2.1.1.6.0'
const DEVICE = '1.3.6.1.2.1.25.3.2.1.3.1'

describe('a mask', () => {
  it('leaves what names nobody: a model that is a host name, placeholders, version numbers, loop-back', () => {
    const rows = [
      octets(HOST, 'Acme Press 9'),
      octets(PLACE, '<private>'),
      octets(DEVICE, 'Acme Press 9 Series'),
      octets(SERIAL, 'XXXXXXXX'),
      octets(`${OWN}.1.0`, '127.0.0.1'),
      octets(`${OWN}.2.0`, '1.10.3.4-b'),
    ]
    expect(found(rows)).toEqual([])
    expect([...masked(rows)].sort()).toEqual(rows.map(textOf).sort())
  })

  it('does not take a short serial number for a part of other numbers', () => {
    const rows = [octets(SERIAL, '1234'), octets(`${OWN}.1.0`, 'counter 12345678'), octets(`${OWN}.2.0`, '1234')]
    expect(masked(rows)).toEqual(['0001', 'counter 12345678', '0001'])
  })

  it('does not take a place for a part of another word', () => {
    const rows = [octets(PLACE, 'Paris'), octets(`${OWN}.1.0`, 'comparison, Parish, in PARIS.')]
    expect(masked(rows)).toEqual(['Location 1', 'comparison, Parish, in Location 1.'])
  })

  it('is itself again when it is masked, also for people whose place is called as a mask is', () => {
    const rows = [
      octets(HOST, 'device-1.example.com'),
      octets(PLACE, 'Location'),
      octets(SERIAL, 'MM99M99991'),
      octets(`${OWN}.1.0`, 'at Location 1'),
    ]
    const mask = new Mask(found(rows))
    expect(mask.left(mask.rows(rows))).toBe(0)
  })

  it('masks what has the form of an address, a person, a link or a MAC although nobody named it', () => {
    const rows = [
      octets(`${OWN}.1.0`, 'mail ada@acme.example via 192.168.4.5'),
      octets(`${OWN}.2.0`, 'ldap://directory.acme.example/x'),
      octets(`${OWN}.3.0`, 'AA:BB:CC:01:23:45 and fe80::1:2:3:4'),
      octets(`${OWN}.4.0`, '4509a320-00a0-008f-00b6-002507512ebb'),
    ]
    const all = masked(rows).join('\n')
    for (const secret of ['ada', '192.168', 'directory', '01:23:45', 'fe80', '2507512ebb'])
      expect(all).not.toContain(secret)
    expect(all).toContain('AA:BB:CC:')
  })

  it('leaves no serial number in any text, however it is put in', () => {
    const serial = fc.stringMatching(/^[A-Z]{2}[0-9]{3}[A-Z0-9]{2,9}[A-Z]$/)
    fc.assert(
      fc.property(serial, fc.string(), fc.string(), (text, before, after) => {
        fc.pre(serialLike(text, 1) !== text)
        const around = `${before}${text}${after}`
        const rows = [
          octets(SERIAL, text),
          octets(`${OWN}.1.0`, around),
          octets(`${OWN}.2.0`, Buffer.from(around, 'utf16le')),
        ]
        const mask = new Mask(found(rows))
        const [, plain, wide] = mask.rows(rows)
        expect(plain === undefined ? '' : textOf(plain)).not.toContain(text)
        const octetsOf = wide?.value.type === 'octets' ? Buffer.from(wide.value.value) : Buffer.alloc(0)
        expect(octetsOf.toString('utf16le')).not.toContain(text)
      }),
    )
  })

  it('gives every serial number its own, of the same length and never a placeholder', () => {
    const masks = Array.from({ length: 300 }, (_, at) => serialLike('0001234', at + 1))
    expect(new Set(masks).size).toBe(300)
    for (const one of masks) {
      expect(one).toMatch(/^\d{7}$/)
      expect(new Set(one).size).toBeGreaterThan(1)
    }
  })

  it('takes what the person names', () => {
    const secrets: readonly Secret[] = found([octets(`${OWN}.1.0`, 'Property of Globex')], ['Globex'])
    expect(new Mask(secrets).rows([octets(`${OWN}.1.0`, 'Property of GLOBEX')]).map(textOf)).toEqual([
      'Property of Masked 1',
    ])
  })
})
