import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recipientOf, toHex } from '@platen/wire'
import { afterEach, describe, expect, it } from 'vitest'
import { realDice } from '../real-world.ts'
import { HandClock } from '../testing/rig.ts'
import { openKeyring } from './keyring.ts'

const day = 86_400_000
const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'platen-keyring-'))
  folders.push(made)
  return join(made, 'keys')
}
const clockAt = () => new HandClock('2026-11-16T10:00:00.000Z')
const idOf = (key: { publicKey: Uint8Array }) => recipientOf(key.publicKey).id

afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true })
})

describe('the keys of Central', () => {
  it('does not start with a damaged key: other keys would lock every Onsite out', async () => {
    const options = { directory: folder(), clock: clockAt(), dice: realDice }
    await openKeyring(options)
    writeFileSync(join(options.directory, 'channel.key'), '{"half":')
    await expect(openKeyring(options)).rejects.toThrow('not a key file')
  })

  it('are in files that only their user can read', async () => {
    const directory = folder()
    await openKeyring({ directory, clock: clockAt(), dice: realDice })
    const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    const modes = files.map((file) => statSync(join(file.parentPath, file.name)).mode & 0o777)
    expect(files.length).toBe(5)
    expect(modes.filter((mode) => (mode & 0o077) !== 0)).toEqual([])
  })

  it('are the same after a restart, and share nothing with another Central', async () => {
    const options = { directory: folder(), clock: clockAt(), dice: realDice }
    const [first, again, other] = [
      await openKeyring(options),
      await openKeyring(options),
      await openKeyring({ ...options, directory: folder() }),
    ]
    const all = ({ channel, enrolment, pepper, current }: typeof first) =>
      [channel.privateKey, enrolment.privateKey, pepper, current().privateKey].map(toHex)
    expect(all(again)).toEqual(all(first))
    expect(all(other).filter((key) => all(first).includes(key))).toEqual([])
  })

  it('give out a new sealing key after 30 days, open the old one for 90 more, then destroy it', async () => {
    const clock = clockAt()
    const directory = folder()
    const ring = await openKeyring({ directory, clock, dice: realDice })
    const first = ring.current()
    clock.move(29 * day)
    await ring.rotate()
    expect(ring.current()).toEqual(first)
    clock.move(day)
    await ring.rotate()
    expect(ring.current()).not.toEqual(first)
    clock.move(90 * day - 1)
    await ring.rotate()
    expect(ring.sealingKey(idOf(first))?.privateKey).toEqual(first.privateKey)
    clock.move(1)
    await ring.rotate()
    expect(ring.sealingKey(idOf(first))).toBeNull()
    expect(readdirSync(join(directory, 'sealing')).some((name) => name.startsWith(toHex(idOf(first))))).toBe(false)
  })
})
