import { describe, expect, it } from 'vitest'
import { readArguments } from './arguments.ts'

describe('the command line of record', () => {
  it.each([
    [[], 'say which device'],
    [['a', 'b'], 'one device at a time'],
    [['a', '--colour'], "'--colour'"],
    [['a', '--seconds', 'many'], '--seconds many is no number from 1 to 86400'],
    [['a', '--version', 'v4'], 'v1, v2c or v3'],
    [['a', '--version', 'v3'], 'v3 needs a user'],
    [['a', '--priv', 'AES'], 'needs a user'],
    [['a', '--version', 'v2c', '-u', 'keeper'], 'v2c knows no users'],
    [['a', '-u', ''], 'has 1 to 32 octets'],
    [['a', '-u', 'keeper', '-a', 'SHA3'], 'one of MD5, SHA, SHA-224'],
    [['a', '-u', 'keeper', '-a', 'SHA', '-x', '3DES'], 'one of DES, AES'],
    [['a', '-u', 'keeper', '-x', 'AES'], '--priv needs --auth'],
    [['a', '-u', 'keeper', '-A', 'a password'], "'-A'"],
    [['a', '--mask', 'x'], 'too short'],
    [['a', '--range', '1.3.6.1.4.1.99999.7'], 'say how many objects at most'],
    [['a', '--range', '1.3.6.1.4.1.99999=9'], 'that is a whole maker'],
    [['a', '--range', '1.3.6.1.4.1=9'], 'that is a whole maker'],
    [['a', '--range', '1.3.6.1.2.1.6=9'], 'only branches below'],
    [['a', '--range', '1.3.6.1.4.1.2699.1.1.5=9'], 'jobs and users'],
    [['a', '--range', 'acme=9'], 'is no OID'],
    [['a', '--range', '1.3.6.1.4.1.99999.7=0'], 'is no number from 1'],
  ])('refuses %j and says what to say', (words, detail) => {
    const given = readArguments(words)
    expect(given.ok ? '' : given.detail).toContain(detail)
  })

  it('takes a user in the words of net-snmp, and no password', () => {
    const given = readArguments(['192.0.2.7', '-u', 'keeper', '-a', 'sha-256', '-x', 'AES', '-n', 'printer'])
    expect(given).toMatchObject({
      ok: true,
      options: { user: { name: 'keeper', auth: 'sha256', privacy: 'aes128', context: 'printer', passwords: null } },
    })
    expect(readArguments(['192.0.2.7'])).toMatchObject({ options: { user: null } })
  })

  it('takes an address and several ranges', () => {
    const given = readArguments(['192.0.2.7', '--range', '1.3.6.1.4.1.99999.7=5', '--range', '.1.3.6.1.4.1.99999.8=6'])
    expect(given).toMatchObject({
      ok: true,
      options: {
        address: '192.0.2.7',
        versions: ['v2c', 'v1'],
        ranges: [
          { branch: '1.3.6.1.4.1.99999.7', most: 5 },
          { branch: '1.3.6.1.4.1.99999.8', most: 6 },
        ],
      },
    })
    expect(readArguments(['--help'])).toEqual({ ok: true, kind: 'help' })
  })
})
