import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase, stateFiles } from './database.ts'
import { Onsite, openOnsite } from './onsite.ts'
import { hastyClock, printer, Rig } from './rig.testing.ts'
import { run } from './run.ts'
import { deliveredScreen, failureScreen, roundScreen } from './screens.ts'
import { english } from './words-en.ts'

const rig = new Rig()
afterEach(() => rig.clear())

/** An enrolled Onsite over a database that can be made full: not a page more, and nothing free in the pages it has. */
async function onFullDisk(net: string, hasty = false) {
  const central = await rig.central()
  const { port } = await rig.fleet({ base: `${net}.1`, recordings: [printer], count: 5 })
  const scope = `demo = true\nranges = ["${net}.1-${net}.5"]\n`
  const made = await rig.enrolled({ scope, central, snmpPort: port })
  made.onsite.close()
  const opened = openDatabase(made.folder, 'work')
  if (!opened.ok) throw new Error(opened.reason)
  const { sqlite } = opened.database
  const world = rig.world()
  const clock = hasty ? hastyClock(world.clock) : world.clock
  const onsite = new Onsite({ folder: made.folder, world: { ...world, clock } }, opened.database)
  rig.later(() => onsite.close())
  const fill = () => {
    const pages = Number(sqlite.pragma('page_count', { simple: true }))
    sqlite.pragma(`max_page_count = ${pages}`)
    const write = sqlite.prepare('INSERT INTO fact VALUES (?, ?)')
    for (const size of [2000, 200, 20]) {
      const fits = (n: number) =>
        onsite.store.attempt(() => void write.run(`filler ${size} ${n}`, 'x'.repeat(size))) === null
      for (let n = 0; fits(n); n += 1);
    }
  }
  const makeRoom = () => sqlite.pragma('max_page_count = 1000000')
  return { central, onsite, fill, makeRoom }
}

describe('on a full disk', () => {
  it('a round asks everybody and ends well, says what was not kept, and the next contact says it too', async () => {
    const { central, onsite, fill, makeRoom } = await onFullDisk('127.35.0')
    fill()
    for (let n = 0; n < 3; n += 1) {
      const done = await onsite.round()
      expect(done).toMatchObject({ ok: true, tally: { read: 5, kept: 0, notKept: 5 }, fault: { reason: 'diskFull' } })
      if (done.ok) expect(roundScreen(english, done)).toMatch(/5 readings could not be kept.*The disk is full/s)
    }
    // What the disk has not taken is known all the same.
    expect(onsite.store.get('round')).toMatchObject({ asked: 5, printers: 5 })
    expect(rig.lines.map(({ what }) => what)).toContain('trouble with the disk of the state folder: diskFull')
    makeRoom()
    expect(await onsite.round()).toMatchObject({ ok: true, tally: { kept: 5 }, fault: null })
    expect(await onsite.deliver()).toMatchObject({ ok: true, fault: null })
    expect(central.contacts[0]?.problems.join()).toMatch(
      /5 readings not kept.*trouble with the disk of the state folder: diskFull/s,
    )
    const rounds = onsite.ledger.last(20).filter(({ what }) => what === 'round')
    expect(rounds).toHaveLength(4)
    expect(onsite.ledger.firstBroken()).toBe(null)
  })

  it('what waits is delivered, which makes room for the contact and for the next round', async () => {
    const { central, onsite, fill } = await onFullDisk('127.35.1')
    for (let n = 0; n < 4; n += 1) await onsite.round()
    // A contact too long for what is left of a page.
    for (let n = 0; n < 30; n += 1)
      onsite.store.report(`trouble ${Buffer.from(onsite.world.bytes(200)).toString('hex')}`)
    fill()
    const delivered = await onsite.deliver()
    expect(delivered).toMatchObject({ ok: true, envelopes: 5, fault: { reason: 'diskFull' } })
    if (delivered.ok) expect(deliveredScreen(english, delivered)).toContain('The disk is full')
    expect(central.readings.size).toBe(20)
    expect(central.contacts).toHaveLength(1)
    expect(central.contacts[0]?.problems.join()).toContain('trouble with the disk of the state folder: diskFull')
    expect(await onsite.round()).toMatchObject({ ok: true, tally: { kept: 5, notKept: 0 } })
    await onsite.deliver()
    expect(
      central.contacts.flatMap(({ problems }) => problems).filter((text) => /^trouble [0-9a-f]{9}/.test(text)),
    ).toHaveLength(30)
    expect([...central.readings.values()]).toEqual(Array.from({ length: 25 }, () => 1))
    expect(central.forks).toBe(0)
  })

  it('envelopes that Central has receipted go before their 14 days rather than a reading is lost', async () => {
    const { central, onsite, fill } = await onFullDisk('127.35.2')
    // More than come after: lines of the ledger need room too.
    for (let n = 0; n < 8; n += 1) await onsite.round()
    await onsite.deliver()
    fill()
    for (let n = 0; n < 3; n += 1) expect(await onsite.round()).toMatchObject({ tally: { kept: 5, notKept: 0 } })
    await onsite.deliver()
    expect(central.readings.size).toBe(55)
  })

  it('with nothing to deliver and no room for a contact the call ends with that reason, not with a bug', async () => {
    const { onsite, fill } = await onFullDisk('127.35.3')
    fill()
    const delivered = await onsite.deliver()
    expect(delivered).toMatchObject({ ok: false, reason: 'diskFull' })
    if (!delivered.ok) expect(failureScreen(english, delivered)).toContain('Make room.')
  })

  it('the service goes on reading and calling, without one incident', { timeout: 120_000 }, async () => {
    const { central, onsite, fill } = await onFullDisk('127.35.4', true)
    await onsite.round()
    fill()
    const stop = new AbortController()
    const ended: string[] = []
    const next = (what: string) => void (ended.push(what) >= 12 && stop.abort())
    await run(onsite, {
      signal: stop.signal,
      spread: false,
      onRound: (done) => next(done.ok ? 'round' : done.reason),
      onContact: (done) => next(done.ok ? 'contact' : done.reason),
    })
    expect(rig.lines.filter(({ level }) => level === 'error')).toEqual([])
    expect(new Set(ended)).toEqual(new Set(['round', 'contact']))
    expect(central.readings.size).toBeGreaterThan(5)
    expect(central.contacts.map(({ problems }) => problems.join()).join()).toContain(
      'trouble with the disk of the state folder: diskFull',
    )
  })
})

/** A file system of 8 MB in memory, or null where this user may mount none. */
function smallDisk(): string | null {
  const folder = rig.folder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'platen-test', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  rig.later(() => void execFileSync('umount', ['-l', folder]))
  return folder
}

function fillDisk(folder: string): void {
  for (const size of [65_536, 4096]) {
    for (let n = 0; statfsSync(folder).bavail * 4096 >= size; n += 1)
      writeFileSync(join(folder, `filler-${size}-${n}`), Buffer.alloc(size))
  }
}

describe('on a disk without one free block', () => {
  it('the service works on within its reserve: nothing is lost, not over a restart either, and Central is told', {
    timeout: 180_000,
  }, async (test) => {
    const disk = smallDisk()
    if (disk === null) return test.skip('mounting a small disk is not allowed here')
    const central = await rig.central()
    const { port } = await rig.fleet({ base: '127.35.5.1', recordings: [printer], count: 20 })
    const scope = 'demo = true\nranges = ["127.35.5.1-127.35.5.20"]\n'
    const folder = join(disk, 'state')
    const { onsite: first } = await rig.enrolled({ scope, central, snmpPort: port, folder })
    let onsite = first
    for (let n = 0; n < 3; n += 1) await onsite.round()
    await onsite.deliver()
    expect(readdirSync(folder)).toContain(stateFiles.reserve)
    fillDisk(disk)
    expect(statfsSync(disk).bavail).toBe(0)
    for (let n = 0; n < 40; n += 1) {
      if (n === 20) {
        onsite.close()
        onsite = rig.open(folder)
        fillDisk(disk)
      }
      const done = await onsite.round()
      expect(done).toMatchObject({ ok: true, tally: { kept: 20, notKept: 0 } })
      expect(await onsite.deliver()).toMatchObject({ ok: true })
    }
    expect([...central.readings.values()]).toEqual(Array.from({ length: 43 * 20 }, () => 1))
    expect(readdirSync(folder)).not.toContain(stateFiles.reserve)
    expect(await onsite.round()).toMatchObject({ fault: { reason: 'diskFull' } })
    await onsite.deliver()
    expect(central.contacts.flatMap(({ problems }) => problems).join()).toContain(
      'trouble with the disk of the state folder: diskFull',
    )
    for (const name of readdirSync(disk).filter((each) => each.startsWith('filler'))) rmSync(join(disk, name))
    expect(await onsite.round()).toMatchObject({ tally: { kept: 20 }, fault: null })
    expect(readdirSync(folder)).toContain(stateFiles.reserve)
    expect(onsite.ledger.firstBroken()).toBe(null)
  })
})

describe('on a disk that has become read-only', () => {
  it('opening is refused by name; once it can be written again all that was kept is delivered', {
    timeout: 120_000,
  }, async (test) => {
    const disk = smallDisk()
    if (disk === null) return test.skip('mounting a small disk is not allowed here')
    const central = await rig.central()
    const { port } = await rig.fleet({ base: '127.35.6.1', recordings: [printer], count: 5 })
    const scope = 'demo = true\nranges = ["127.35.6.1-127.35.6.5"]\n'
    const folder = join(disk, 'state')
    const { onsite } = await rig.enrolled({ scope, central, snmpPort: port, folder })
    await onsite.round()
    onsite.close()
    const remount = (how: string) => execFileSync('mount', ['-o', `remount,${how}`, disk])
    remount('ro')
    const shut = openOnsite({ folder, world: rig.world() })
    expect(shut).toMatchObject({ ok: false, reason: 'noAccess' })
    remount('rw')
    const again = rig.open(folder)
    expect(await again.round()).toMatchObject({ ok: true, tally: { read: 5, kept: 5 } })
    expect(await again.deliver()).toMatchObject({ ok: true, fault: null })
    expect([...central.readings.values()]).toEqual(Array.from({ length: 10 }, () => 1))
    expect(again.ledger.firstBroken()).toBe(null)
  })
})
