import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { main } from './command-line.ts'
import { aSwitch, printer, Rig } from './rig.testing.ts'
import { writersOf } from './scope-guard.ts'
import { german } from './scope-words-de.ts'
import { english } from './scope-words-en.ts'
import { exitCodes, type Terminal } from './terminal.ts'

const rig = new Rig()
afterEach(() => rig.clear())
const isRoot = process.getuid?.() === 0

async function call(args: readonly string[], changes: Partial<Terminal> = {}) {
  const screen = { out: '', err: '' }
  const code = await main(args, {
    out: (text) => {
      screen.out += text
    },
    err: (text) => {
      screen.err += text
    },
    interactive: false,
    readPassword: async () => '',
    locale: 'en_GB.UTF-8',
    hostName: 'test-machine',
    world: rig.world(),
    stop: new AbortController().signal,
    ...changes,
  })
  return { code, ...screen }
}

describe('who may write the scope file', () => {
  it.skipIf(!isRoot)('is root alone, or it is named with what to do (skipped: not root)', async () => {
    const folder = rig.folder()
    const file = join(folder, 'scope.toml')
    writeFileSync(file, 'ranges = ["10.0.0.0/24"]', { mode: 0o644 })
    chmodSync(folder, 0o755)
    expect(writersOf(file)).toEqual([])
    expect((await call(['scope', 'check', '--state', folder])).out).toContain('Only root can change this file.')
    chmodSync(file, 0o664)
    expect(writersOf(file)).toEqual([{ path: file, by: 'mode', owner: 0, mode: '664' }])
    chownSync(file, 4711, 4711)
    expect(writersOf(file)).toEqual([{ path: file, by: 'owner', owner: 4711, mode: '664' }])
    const warned = await call(['scope', 'show', '--state', folder])
    expect(warned.out).toContain(`${file} belongs to user 4711, not to root`)
    expect(warned.out).toContain(`What to do: chown root ${file}`)
    expect((await call(['scope', 'show', '--state', folder, '--language', 'de'])).out).toContain(
      'gehört dem Benutzer 4711',
    )
  })
  it.skipIf(!isRoot)('is asked of the folders on the way too, also behind a link (skipped: not root)', () => {
    const folder = rig.folder()
    const open = join(folder, 'open')
    mkdirSync(open)
    chmodSync(open, 0o777)
    writeFileSync(join(open, 'scope.toml'), '', { mode: 0o644 })
    symlinkSync(join(open, 'scope.toml'), join(folder, 'link.toml'))
    const wanted = [{ path: open, by: 'mode', owner: 0, mode: '777' }]
    expect(writersOf(join(open, 'scope.toml'))).toEqual(wanted)
    expect(writersOf(join(folder, 'link.toml'))).toEqual(wanted)
    // In a sticky folder nobody can put another file in the place of root's.
    chmodSync(open, 0o1777)
    expect(writersOf(join(open, 'scope.toml'))).toEqual([])
  })
})

describe('scope show', () => {
  it('says how many addresses, what is left out and why, and what is odd', async () => {
    const folder = rig.prepared(
      [
        'ranges = ["10.20.0.0/24", "10.20.0.10-10.20.0.20", "8.8.8.0/24", "2001:db8::/64", "169.254.169.0/24"]',
        'hosts = ["lobby.test", "copy.test=10.50.0.9"]',
        'exclude = ["10.20.0.17", "10.99.0.1"]',
      ].join('\n'),
    )
    const { out, code } = await call(['scope', 'show', '--state', folder])
    expect(code).toBe(exitCodes.done)
    expect(out).toContain('508 addresses are asked in a round.')
    expect(out).toContain('  lobby.test (at whatever agreed address the name server says)\n  copy.test=10.50.0.9\n')
    expect(out).toContain('  1  excluded by the file: 10.20.0.17\n')
    expect(out).toContain('  256  metadata, time and name services of hosting companies: 169.254.169.0/24\n')
    expect(out).toContain('first or last address of a network: no host: 8.8.8.0, 8.8.8.255, 10.20.0.0')
    expect(out).toContain('Note: These addresses are on the internet.\n  Entries: 8.8.8.1-8.8.8.254\n')
    expect(out).toContain(
      'Note: These ranges are within others; they are asked once.\n  Entries: 10.20.0.10-10.20.0.20\n',
    )
    expect(out).toContain('outside the ranges.\n  Entries: 10.99.0.1\n')
    expect(out).toContain('too wide to be walked through')
    const german = await call(['scope', 'show', '--state', folder, '--language', 'de'])
    expect(german.out).toContain('508 Adressen werden in einer Runde gefragt.')
    const json = JSON.parse((await call(['scope', 'show', '--json', '--state', folder])).out)
    expect(json).toMatchObject({ addresses: 508, demo: false, settings: null })
  })
  it('says what the settings from Central choose of it', async () => {
    const central = await rig.central()
    const { folder, onsite } = await rig.enrolled({ scope: 'ranges = ["10.20.0.0/24"]', central })
    const settings = onsite.store.get('settings')
    if (settings === null) throw new Error('no settings')
    onsite.store.set('settings', { ...settings, ranges: ['10.20.0.0/28', '0.0.0.0/0'] })
    const { out } = await call(['scope', 'show', '--state', folder])
    expect(out).toContain('254 addresses are asked')
    expect(out).toContain('The settings from Central choose 15 of them: 10.20.0.0/28')
  })
})

describe('scope import', () => {
  it('says what is wrong with which line and writes nothing', async () => {
    const folder = rig.folder()
    const list = join(folder, 'list.csv')
    writeFileSync(list, 'Von;Bis\n10.0.0.9;10.0.0.1\n=1+1;\n')
    const english = await call(['scope', 'import', list, '--state', folder])
    expect(english.code).toBe(exitCodes.scope)
    expect(english.err).toContain('line 2: 10.0.0.9, 10.0.0.1 ends before it begins')
    expect(english.err).toContain('line 3: =1+1 is a formula: save the sheet with plain values')
    const german = await call(['scope', 'import', list, '--state', folder, '--language', 'de'])
    expect(german.err).toContain('Zeile 3: =1+1 ist eine Formel')
    expect((await call(['scope', 'import', `${list}x`, '--state', folder])).err).toContain('cannot be read (ENOENT)')
    writeFileSync(list, `Von\n${'0.0.0.0/0\n'.repeat(30)}`)
    expect((await call(['scope', 'import', list, '--state', folder])).err).toContain(
      'is wider than any company network',
    )
    writeFileSync(list, `Von\n${'10.1\n'.repeat(30)}`)
    expect((await call(['scope', 'import', list, '--state', folder])).err).toContain('... and 10 more')
    expect(readdirSync(folder)).toEqual(['list.csv'])
  })
  it('writes a scope file, never over another without being told, and keeps the old one', async () => {
    const folder = rig.folder()
    const list = join(folder, 'list.csv')
    writeFileSync(list, 'Von;Bis;Modell;Standort\n10.0.0.1;10.0.0.9;Acme;Halle "2"\n')
    const at = ['--state', folder]
    const printed = await call(['scope', 'import', list, '--print', ...at])
    expect(printed.out).toContain('  "10.0.0.1-10.0.0.9", # Halle "2"\n')
    const made = await call(['scope', 'import', list, ...at])
    expect(made).toMatchObject({ code: exitCodes.done, err: '' })
    expect(made.out).toContain('1 ranges, 0 hosts and 0 exclusions')
    expect(made.out).toContain('Columns that are not used: Modell')
    expect(readFileSync(join(folder, 'scope.toml'), 'utf8')).toBe(printed.out)
    expect((await call(['scope', 'import', list, ...at])).err).toContain('Nothing was changed')
    const replaced = await call(['scope', 'import', list, '--replace', ...at])
    expect(replaced.out).toContain('scope.toml.before-')
    expect(readdirSync(folder)).toHaveLength(3)
    expect((await call(['scope', 'check', '10.0.0.9', '10.0.0.10', ...at])).code).toBe(exitCodes.notAgreed)
  })
})

describe('scope rules', () => {
  const scope = 'ranges = ["10.20.0.0/24", "10.30.0.5-10.30.0.9", "2001:db8::/120"]\nexclude = ["10.20.0.128/25"]'
  it('are refused for other kernels and for names', async () => {
    const at = ['--state', rig.prepared(scope)]
    expect(await call(['scope', 'rules', 'pf', ...at])).toMatchObject({ code: exitCodes.usage })
    expect((await call(['scope', 'rules', 'systemd', '--also', 'central.test', ...at])).err).toContain(
      'names cannot be kept',
    )
  })
  it('allow exactly the scope, as networks for systemd and as ranges for nftables', async () => {
    const at = ['--also', '192.0.2.10', '--also', '2001:db8:9::53', '--state', rig.prepared(scope)]
    const unit = await call(['scope', 'rules', 'systemd', ...at])
    const allowed = [...unit.out.matchAll(/^IPAddressAllow=(\S+)$/gm)].map(([, network]) => network)
    const ours = ['10.20.0.0/25', '10.30.0.5', '10.30.0.6/31', '10.30.0.8/31', '2001:db8::/120']
    expect(allowed).toEqual([...ours, '192.0.2.10', '2001:db8:9::53'])
    const table = await call(['scope', 'rules', 'nftables', '--user', 'nobody', ...at])
    expect(table.out).toContain('      10.20.0.1-10.20.0.127,\n      10.30.0.5-10.30.0.9,\n')
    expect(table.out).toContain('      2001:db8::1-2001:db8::ff,\n')
    expect(table.out).toContain(
      '    ip daddr { 192.0.2.10 } accept\n    ip6 daddr { 2001:db8:9::53 } accept\n    counter reject\n',
    )
  })
  const hasNft = spawnSync('unshare', ['-n', 'nft', '--version']).status === 0
  it.skipIf(!hasNft)(
    'are what nft itself takes, also without IPv6 (skipped: no nft, or no namespace may be made)',
    async () => {
      for (const text of [scope, 'ranges = ["10.20.0.0/24"]']) {
        const { out } = await call(['scope', 'rules', 'nftables', '--user', 'nobody', '--state', rig.prepared(text)])
        const loaded = spawnSync('unshare', ['-n', 'nft', '-f', '-'], { input: out, encoding: 'utf8' })
        expect(loaded).toMatchObject({ status: 0, stderr: '' })
      }
    },
  )
})

describe('test of one address', () => {
  const scope = 'demo = true\nranges = ["127.34.0.1-127.34.0.3"]\nexclude = ["127.34.0.3"]\nhosts = ["copy.test"]'
  it('explains each refusal, and what did not answer', async () => {
    const { port } = await rig.fleet({ base: '127.34.0.1', recordings: [aSwitch], count: 1 })
    const { folder, onsite } = await rig.enrolled({ scope, central: await rig.central(), snmpPort: port })
    onsite.close()
    const at = ['--state', folder]
    const outside = await call(['test', '10.0.0.1', ...at])
    expect(outside.code).toBe(exitCodes.notAgreed)
    expect(outside.out).toMatch(/^10\.0\.0\.1\n {2}Agreed\? +no\n$/)
    expect(outside.err).toContain('What to do: If it should be asked, add it to the scope file.')
    expect((await call(['test', '127.34.0.3', ...at])).err).toContain('excluded in the scope file')
    expect((await call(['test', '0x7f220001', ...at])).err).toContain('neither an IP address nor a name')
    expect((await call(['test', 'other.test', ...at])).err).toContain('not in the scope file')
    const silent = await call(['test', '127.34.0.2', ...at])
    expect(silent.code).toBe(exitCodes.noAnswer)
    expect(silent.out).toMatch(/Agreed\? +yes, by 127\.34\.0\.1-127\.34\.0\.3\n +Answers\? +no; tried: v2c \(1\)/)
    const other = await call(['test', '127.34.0.1', ...at])
    expect(other.code).toBe(exitCodes.noAnswer)
    expect(other.out).toMatch(/What is it\? +no printer: Acme Switch 24/)
    expect((await call(['test', '127.34.0.1', '--state', rig.prepared(scope, false)])).code).toBe(
      exitCodes.instructions,
    )
  })
  it('says by which entry it is agreed, to what it answers, what it is, and what would be read', async () => {
    const { port } = await rig.fleet({ base: '127.34.0.1', recordings: [printer], count: 1 })
    const { folder, onsite } = await rig.enrolled({ scope, central: await rig.central(), snmpPort: port })
    const settings = onsite.store.get('settings')
    if (settings === null) throw new Error('no settings')
    const masks = { ...settings.masks, address: true, mac: true }
    onsite.store.set('settings', { ...settings, communities: ['wrong', 'public'], masks, timeoutMs: 200, tries: 1 })
    onsite.close()
    const world = rig.world({ lookup: async () => ['127.34.0.1', '8.8.8.8'] })
    const { code, out } = await call(['test', 'copy.test', '--state', folder], { world })
    expect(code).toBe(exitCodes.done)
    expect(out).toContain('copy.test is 127.34.0.1; yes, by 127.34.0.1-127.34.0.3')
    expect(out).toContain('yes: SNMP v2c, community 2 of 2 in the settings; in vain before: v2c (1)')
    expect(out).toContain('Acme LaserThing 9000, serial ACM')
    expect(out).toMatch(/Would be read +1 meters, 1 supplies/)
    expect(out).toMatch(/Left out of it +address, MAC\n/)
    const json = JSON.parse((await call(['test', '127.34.0.1', '--json', '--state', folder])).out)
    expect(json).toMatchObject({
      ok: true,
      agreed: true,
      manner: { community: 1, version: 'v2c' },
      masks: { mac: true },
    })
    const given = await call(['test', '127.34.0.1', '--community', 'public', '--state', folder, '--language', 'de'])
    expect(given.out).toContain('die hier angegebene Community')
  })
})

describe('the two languages', () => {
  it('have the same sentences with the same blanks', () => {
    const blanks = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const [name, sentence] of Object.entries(english.say)) {
      const other = Object.entries(german.say).find(([key]) => key === name)?.[1] ?? ''
      expect([name, blanks(other)]).toEqual([name, blanks(sentence)])
    }
  })
})
