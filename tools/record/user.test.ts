import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Secret } from '@platen/snmp'
import { describe, expect, it } from 'vitest'
import { type NamedUser, userOf } from './user.ts'

const keeper: NamedUser = { name: 'keeper', auth: 'sha256', privacy: 'aes128', context: '', passwords: null }
const shown = (password: Secret | string | undefined) =>
  typeof password === 'object' ? password.reveal() : (password ?? null)

function fileOf(text: string, mode: number): string {
  const path = join(mkdtempSync(join(tmpdir(), 'platen-user-')), 'snmp.conf')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

describe('the passwords of a user', () => {
  it.each([
    [{}, '-a needs a password: the variable SNMP_AUTH_PASSWORD'],
    [{ SNMP_AUTH_PASSWORD: 'long enough' }, '-x needs a password: the variable SNMP_PRIV_PASSWORD'],
    [{ SNMP_AUTH_PASSWORD: 'short', SNMP_PRIV_PASSWORD: 'long enough' }, 'at least 8 octets'],
  ])('are missing in %j, and what to do is said', async (environment, detail) => {
    expect(await userOf(keeper, environment)).toContain(detail)
  })

  it('are not taken from a file that others may read, or that is not there', async () => {
    const open = fileOf('defAuthPassphrase long enough\n', 0o644)
    expect(await userOf({ ...keeper, passwords: open }, {})).toBe(`${open} may be read by others: chmod 600 ${open}`)
    expect(await userOf({ ...keeper, passwords: '/nowhere/at/all' }, {})).toContain('cannot be read')
    const empty = fileOf('# nothing\n', 0o600)
    expect(await userOf({ ...keeper, passwords: empty }, {})).toContain("a line 'defAuthPassphrase PASSWORD'")
  })

  it('come from the environment, or from a file as net-snmp has it, and do not show themselves', async () => {
    const user = await userOf(keeper, { SNMP_AUTH_PASSWORD: 'first one', SNMP_PRIV_PASSWORD: 'second one' })
    if (typeof user === 'string') throw new Error(user)
    expect([shown(user.auth?.password), shown(user.privacy?.password)]).toEqual(['first one', 'second one'])
    expect(JSON.stringify(user)).not.toContain('one')
    const passwords = fileOf(
      'defSecurityName keeper\n defPrivPassphrase second one\r\ndefAuthPassphrase first one\n',
      0o600,
    )
    const other = await userOf({ ...keeper, passwords }, {})
    if (typeof other === 'string') throw new Error(other)
    expect([shown(other.auth?.password), shown(other.privacy?.password)]).toEqual(['first one', 'second one'])
    expect(await userOf({ ...keeper, auth: null, privacy: null }, {})).toEqual({ name: 'keeper' })
  })
})
