import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openOnsite } from './onsite.ts'
import { printer, Rig } from './rig.testing.ts'
import { setAside } from './set-aside.ts'

const rig = new Rig()
afterEach(() => rig.clear())

async function worked() {
  const central = await rig.central()
  const { port } = await rig.fleet({ base: '127.38.0.1', recordings: [printer], count: 3 })
  const scope = 'demo = true\nranges = ["127.38.0.1-127.38.0.3"]\n'
  const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port })
  await onsite.round()
  const identity = onsite.store.get('identity')
  const chain = onsite.store.get('chain')
  onsite.close()
  return { central, folder, identity, chain, database: join(folder, 'state.db') }
}

/** Turns the first octets into others, as a bad sector does. */
function spoil(path: string): void {
  const octets = readFileSync(path)
  writeFileSync(path, octets.fill(0x5a, 0, 100))
}

describe('a spoilt database', () => {
  it('stays what it is under a key that is not its own: nothing is set aside', async () => {
    const { folder, database } = await worked()
    const before = readFileSync(database)
    writeFileSync(join(folder, 'state.key'), `${'ab'.repeat(32)}\n`, { mode: 0o600 })
    expect(openOnsite({ folder, world: rig.world() })).toMatchObject({ ok: false, reason: 'wrongKey' })
    expect(readFileSync(database).equals(before)).toBe(true)
    expect(readdirSync(folder).filter((name) => name.includes('spoilt'))).toEqual([])
  })

  it('is only named where nobody is enrolled, and beside a working Onsite', async () => {
    const { folder, database } = await worked()
    spoil(database)
    expect(openOnsite({ folder, world: rig.world(), access: 'look' })).toMatchObject({ ok: false, reason: 'wrongKey' })
    const other = rig.folder()
    writeFileSync(join(other, 'state.db'), Buffer.alloc(8_192, 0x5a), { mode: 0o600 })
    writeFileSync(join(other, 'state.key'), `${'ab'.repeat(32)}\n`, { mode: 0o600 })
    expect(openOnsite({ folder: other, world: rig.world() })).toMatchObject({ ok: false, reason: 'wrongKey' })
  })

  it('is set aside and begun anew as the same Onsite in a new chain, and Central is told', async () => {
    const { central, folder, identity, chain, database } = await worked()
    spoil(database)
    const onsite = rig.open(folder)
    expect(onsite.store.get('identity')).toEqual(identity)
    expect(onsite.store.get('chain')?.epoch).not.toBe(chain?.epoch)
    expect(readdirSync(folder).filter((name) => /^state\.db\.spoilt-[\dTZ-]+$/.test(name))).toHaveLength(1)
    expect(rig.lines.map(({ what }) => what)).toEqual(['the database was spoilt and begun anew'])
    expect(onsite.ledger.last(1)).toMatchObject([{ n: 1, what: 'recovered' }])
    expect(await onsite.round()).toMatchObject({ ok: true, tally: { kept: 3 } })
    expect(await onsite.deliver()).toMatchObject({ ok: true })
    expect(central.readings.size).toBe(3)
    const told = central.contacts.flatMap(({ problems }) => problems)
    expect(told).toContainEqual(
      expect.stringMatching(/^the database was spoilt and begun anew: 0 waiting envelopes saved/),
    )
  })

  it('gives back the waiting envelopes that can still be read', async () => {
    const { central, folder, database } = await worked()
    // Fifty pages in, behind what opening needs: the envelopes lie in front, something of the rest is gone.
    const octets = readFileSync(database)
    const pages = Math.floor(statSync(database).size / 4_096)
    writeFileSync(database, octets.fill(0, (pages - 1) * 4_096, pages * 4_096))
    const onsite = rig.open(folder)
    expect(await onsite.deliver()).toMatchObject({ ok: true })
    const told = central.contacts.flatMap(({ problems }) => problems).join()
    // Where the last page held an envelope it is lost and said to be; else all three readings are there.
    expect(central.readings.size === 3 || told.includes('others may be lost')).toBe(true)
  })

  it('that was emptied is not taken for a first start', async () => {
    const { folder, identity, database } = await worked()
    truncateSync(database, 0)
    expect(rig.open(folder).store.get('identity')).toEqual(identity)
  })

  it('that a person sets aside to enrol anew is not begun anew as who we were', async () => {
    const { folder } = await worked()
    expect(setAside(folder, 0)).toMatchObject({ ok: true })
    expect(rig.open(folder).store.get('identity')).toBeNull()
    expect(existsSync(join(folder, 'state.identity'))).toBe(false)
  })

  it('shows nothing of the identity in the file beside it', async () => {
    const { folder, identity } = await worked()
    const text = readFileSync(join(folder, 'state.identity'), 'latin1')
    for (const secret of [identity?.signing.privateKey, identity?.onsiteId, identity?.email, 'public']) {
      expect(text).not.toContain(secret ?? 'nobody')
    }
    expect(statSync(join(folder, 'state.identity')).mode & 0o077).toBe(0)
  })
})
