import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAddress, formatRange, isSix, parseAddress, parseRange } from './addresses.ts'
import { Scope } from './scope.ts'
import { parseScope } from './scope-file.ts'
import { resolveNames, resolveTarget } from './targets.ts'

const corpus = resolve(import.meta.dirname, '../../../../shared/badinput/own/scope-bypass.json')

function scopeOf(text: string): Scope {
  const parsed = parseScope(text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.scope
}

function problemsOf(text: string) {
  const parsed = parseScope(text)
  return parsed.ok ? [] : parsed.problems
}

const agreed = scopeOf(`
ranges = ["10.20.0.0/24", "192.168.5.10-192.168.5.20"]
hosts = ["printer1.example.test=10.20.0.7"]
`)

describe('the scope file', () => {
  it('names the line and the entry of every range it cannot read', () => {
    const text = [
      'demo = false',
      'ranges = [',
      '  "10.0.0.0/24",',
      '  "10.0.1.7/24",',
      '  "10.9.9.9-10.9.9.1",',
      ']',
    ].join('\n')
    expect(problemsOf(text)).toEqual([
      { line: 4, entry: '10.0.1.7/24', reason: 'hostBits' },
      { line: 5, entry: '10.9.9.9-10.9.9.1', reason: 'reversed' },
    ])
  })
  it('refuses unknown keys, wrong types, broken TOML, odd host names and an empty agreement', () => {
    expect(problemsOf('range = ["10.0.0.0/24"]')).toEqual([{ line: 1, entry: 'range', reason: 'unknownKey' }])
    expect(problemsOf('\nranges = "10.0.0.0/24"')).toEqual([{ line: 2, entry: 'ranges', reason: 'wrongType' }])
    expect(problemsOf('ranges = [1]')).toEqual([{ line: 1, entry: 'ranges.0', reason: 'wrongType' }])
    expect(problemsOf('ranges = [\n"10.0.0.0/24"').map(({ reason }) => reason)).toEqual(['syntax'])
    expect(problemsOf('')).toEqual([{ line: null, entry: 'ranges', reason: 'empty' }])
    for (const host of ['a b', '-a', '0x7f000001', '1.2', 'a.b.99', 'printer=10.1', 'a=b=10.0.0.1', 'ä.test']) {
      expect(problemsOf(`hosts = ["${host}"]`)).toEqual([{ line: 1, entry: host, reason: 'badHost' }])
    }
  })
  it('refuses what is too wide, too large or no text, and names the line of the second of two equal mistakes', () => {
    const reasons = (text: string) => problemsOf(text).map(({ line, reason }) => `${line} ${reason}`)
    expect(reasons('ranges = ["0.0.0.0/0",\n"::/0",\n"11.0.0.0/7", "10.0.0.0/8"]')).toEqual([
      '1 tooWide',
      '2 tooWide',
      '3 hostBits',
    ])
    expect(reasons('ranges = ["10.0.0.0-11.0.0.0",\n"2001:db8::/31"]')).toEqual(['1 tooWide', '2 tooWide'])
    expect(reasons('ranges = [\n"10.0.0.1/24", # "10.0.0.1/24"\n\'10.0.0.1/24\']')).toEqual([
      '2 hostBits',
      '3 hostBits',
    ])
    expect(reasons('r\0a\0n\0g\0e\0s\0')).toEqual(['null notText'])
    const million = `ranges = [\n${'"10.0.0.1",\n'.repeat(1_000_000)}]`
    expect(reasons(million)).toEqual(['null tooLarge'])
    expect(reasons(million.slice(0, 2_000_000).replace(/[^\n]*$/, ']'))).toEqual(['1 tooMany'])
    expect(reasons(`ranges = [\n${'"10.0.0.1/24",\n'.repeat(10_000)}]`).at(-1)).toBe('10001 hostBits')
    const masks = Array.from({ length: 257 }, (_, at) => `"10.${at % 256}.0.0-10.${at % 256}.255.255/24"`)
    expect(reasons(`ranges = [${masks.join()}]`)).toEqual(['null tooManyNets'])
    expect(reasons('exclude = ["::/0"]\nranges = ["10.0.0.0/24"]')).toEqual([])
  })
  it('does not mind a byte order mark, Windows line ends and overlapping ranges', () => {
    const scope = scopeOf('\uFEFF# hello\r\nranges = [\r\n"10.0.0.1-10.0.0.9",\r\n"10.0.0.5-10.0.0.12"]\r\n')
    expect(scope.size).toBe(12)
    expect(scope.describe()).toEqual(['10.0.0.1-10.0.0.12'])
  })
  it('reads networks, from-to ranges, masks, single addresses, hosts and exclusions', () => {
    const scope = scopeOf(`
# demo of all spellings
ranges = ["10.1.0.0/30", "10.1.1.1-10.1.1.2", "10.1.2.0 255.255.255.252", "10.1.3.9"]
hosts = ["10.1.4.1"]
exclude = ["10.1.1.2"]`)
    expect([...scope.addresses()]).toEqual([
      '10.1.0.1',
      '10.1.0.2',
      '10.1.1.1',
      '10.1.2.1',
      '10.1.2.2',
      '10.1.3.9',
      '10.1.4.1',
    ])
    expect(scope.allows('10.1.1.2')).toEqual({ ok: false, reason: 'excluded' })
  })
  it('has a hash that order, spelling and comments do not change and content does', () => {
    const one = scopeOf('ranges = ["10.1.0.0/24", "10.2.0.0/24"]').hash
    expect(scopeOf('# hello\nranges = ["10.2.0.0 255.255.255.0", "10.1.0.0-10.1.0.255"]').hash).toBe(one)
    expect(scopeOf('ranges = ["10.1.0.0/24"]').hash).not.toBe(one)
    expect(scopeOf('ranges = ["10.1.0.0/24", "10.2.0.0/24"]\ndemo = true').hash).not.toBe(one)
  })
})

describe('what may be asked', () => {
  it('refuses loopback unless the file says demo, and never asks metadata, multicast or reserved addresses', () => {
    const whole = parseRange('0.0.0.0-255.255.255.255')
    if (!whole.ok) throw new Error(whole.reason)
    const wide = new Scope({ demo: false, ranges: [whole.range], hosts: [], exclude: [] })
    const reasons = ['127.0.0.1', '0.1.2.3', '224.0.0.5', '245.1.1.1', '255.255.255.255', '169.254.169.254'].map(
      (address) => {
        const verdict = wide.allows(address)
        return verdict.ok ? 'ok' : verdict.reason
      },
    )
    expect(reasons).toEqual(['loopback', 'thisNetwork', 'multicast', 'multicast', 'broadcast', 'metadata'])
    expect(scopeOf('demo = true\nranges = ["127.20.0.0/24"]').allows('127.20.0.1').ok).toBe(true)
  })
  it('refuses IPv6 addresses that are no host: loopback, multicast, link-local, metadata, and IPv4 in other clothes', () => {
    const ranges = ['::/0'].map((text) => parseRange(text)).flatMap((parsed) => (parsed.ok ? [parsed.range] : []))
    const wide = new Scope({ demo: false, ranges, hosts: [], exclude: [] })
    const wanted = {
      '::': 'thisNetwork',
      '::1': 'loopback',
      'ff02::1': 'multicast',
      'fe80::1': 'linkLocal',
      'fe80::1%eth0': 'linkLocal',
      'fd00:ec2::254': 'metadata',
      '::ffff:10.20.0.1': 'translated',
      '::ffff:a14:1': 'translated',
      '64:ff9b::a14:1': 'translated',
      '2002:a14:1::1': 'translated',
      '2001:0:a14:1::1': 'translated',
      '::a14:1': 'reserved',
      'fec0::1': 'reserved',
      '4000::1': 'reserved',
      '2001:db8::7': 'ok',
      'fd12:3456::7': 'ok',
    }
    for (const [address, reason] of Object.entries(wanted)) {
      const verdict = wide.allows(address)
      expect([address, verdict.ok ? 'ok' : verdict.reason]).toEqual([address, reason])
    }
    expect(scopeOf('demo = true\nhosts = ["::1"]').allows('::1').ok).toBe(true)
  })
  it('walks through small IPv6 ranges only, and asks single addresses and names in wide ones', async () => {
    const scope = scopeOf(
      'ranges = ["2001:db8:1::/64", "2001:db8:2::/126"]\nhosts = ["2001:DB8:1::7", "copy.test", "fd00::9"]',
    )
    const walked = ['2001:db8:1::7', '2001:db8:2::1', '2001:db8:2::2', '2001:db8:2::3', 'fd00::9']
    expect([...scope.addresses()]).toEqual(walked)
    expect(scope.size).toBe(5)
    expect(scope.allows('2001:db8:1:0:ffff::1').ok).toBe(true)
    expect(scope.allows('2001:db8:1::')).toEqual({ ok: false, reason: 'networkAddress' })
    const found = await resolveTarget(scope, 'copy.test', async () => [
      '2001:DB8:1::A',
      '2001:db8:3::1',
      'fe80::1%eth0',
    ])
    expect(found).toEqual({ ok: true, addresses: ['2001:db8:1::a'] })
    const { scope: narrower } = scope.narrow(['2001:db8:1::20-2001:db8:1::21', '::/0', '2001:db8:1::/48'])
    expect([...narrower.addresses()]).toEqual(['2001:db8:1::20', '2001:db8:1::21'])
  })
  it('leaves out the ends of each network of a range with a mask, and of none without', () => {
    const ends = ['10.1.0.0', '10.1.0.255', '10.1.1.0', '10.1.1.255']
    for (const range of ['10.1.0.0-10.1.1.255/24', '10.1.0.0-10.1.1.255 255.255.255.0']) {
      const scope = scopeOf(`ranges = ["${range}"]`)
      expect(scope.size).toBe(508)
      expect(ends.map((address) => scope.allows(address).ok)).toEqual([false, false, false, false])
    }
    expect(scopeOf('ranges = ["10.1.0.0/23"]').allows('10.1.0.255').ok).toBe(true)
    expect(scopeOf('ranges = ["10.1.0.7-10.1.1.3/24"]').size).toBe(3 + 248)
    expect(parseRange('10.0.0.0-10.1.0.255/24')).toEqual({ ok: false, reason: 'tooManyNets' })
  })
  it('says what of the ranges is left out, and why', () => {
    const scope = scopeOf('ranges = ["169.254.0.0/16", "10.0.0.0/24"]\nexclude = ["10.0.0.7", "10.9.9.9"]')
    expect(scope.leftOut()).toEqual([
      { reason: 'metadata', addresses: 512, runs: ['169.254.169.0-169.254.170.255'] },
      { reason: 'excluded', addresses: 1, runs: ['10.0.0.7'] },
      { reason: 'ends', addresses: 4, runs: ['10.0.0.0', '10.0.0.255', '169.254.0.0', '169.254.255.255'] },
    ])
    expect(scope.size).toBe(65_536 - 2 - 512 + 256 - 3)
    expect(scope.entriesFor('10.0.0.9')).toEqual(['10.0.0.0/24'])
  })
  it('keeps a network inside a wider one whole: only the outermost ends are no hosts', () => {
    const scope = scopeOf('ranges = ["10.0.0.0/24", "10.0.0.0/23"]')
    expect(scope.allows('10.0.0.255').ok).toBe(true)
    expect(scope.allows('10.0.1.255')).toEqual({ ok: false, reason: 'broadcast' })
  })
  it('lets settings make it narrower and never wider', () => {
    const { scope, refused } = agreed.narrow(['10.20.0.0/25', '0.0.0.0/0', '10.20.0.0/16', 'junk'])
    expect(refused).toEqual([
      { range: '0.0.0.0/0', reason: 'wider' },
      { range: '10.20.0.0/16', reason: 'wider' },
      { range: 'junk', reason: 'notARange' },
    ])
    expect(scope.allows('10.20.0.5').ok).toBe(true)
    expect(scope.allows('10.20.0.200')).toEqual({ ok: false, reason: 'narrowed' })
    expect(scope.hash).toBe(agreed.hash)
    expect([...agreed.narrow(['0.0.0.0/0']).scope.addresses()]).toEqual([])
  })
  it('allows nothing outside, and says that this is why', () => {
    for (const address of ['10.19.255.255', '10.21.0.1', '8.8.8.8', '192.168.0.1'])
      expect(agreed.allows(address)).toEqual({ ok: false, reason: 'outside' })
  })
  it('goes through a /8 without holding it', () => {
    const first = scopeOf('ranges = ["10.0.0.0/8"]').addresses()
    expect([first.next().value, first.next().value]).toEqual(['10.0.0.1', '10.0.0.2'])
  })
  it('yields exactly the addresses it allows, for any scope and any narrowing', () => {
    const octet = fc.integer({ min: 0, max: 63 })
    const range = fc.tuple(octet, octet).map(([a, b]) => `10.0.0.${Math.min(a, b)}-10.0.0.${Math.max(a, b)}`)
    fc.assert(
      fc.property(fc.array(range, { minLength: 1 }), fc.array(range), fc.array(range), (ranges, exclude, narrow) => {
        const whole = scopeOf(`ranges = ${JSON.stringify(ranges)}\nexclude = ${JSON.stringify(exclude)}`)
        const { scope } = whole.narrow(narrow)
        const listed = new Set(scope.addresses())
        for (let last = 0; last < 80; last += 1) {
          expect(scope.allows(`10.0.0.${last}`).ok).toBe(listed.has(`10.0.0.${last}`))
        }
        for (const address of listed) expect(whole.allows(address).ok).toBe(true)
      }),
    )
  })
})

describe('names', () => {
  it('are asked only if the file has them, and only at agreed addresses', async () => {
    const at =
      (...answers: string[]) =>
      async () =>
        answers
    expect(await resolveTarget(agreed, 'printer2.example.test', at('10.20.0.9'))).toMatchObject({
      reason: 'nameNotAgreed',
    })
    expect(await resolveTarget(agreed, 'printer1.example.test', at('8.8.8.8'))).toMatchObject({ reason: 'outside' })
    expect(await resolveTarget(agreed, 'PRINTER1.example.test', at('8.8.8.8', '10.20.0.7', '10.20.0.9'))).toEqual({
      ok: true,
      addresses: ['10.20.0.7'],
    })
    const unpinned = scopeOf('ranges = ["10.20.0.0/24"]\nhosts = ["lobby.example.test"]')
    expect(await resolveTarget(unpinned, 'lobby.example.test', at())).toMatchObject({ reason: 'notResolved' })
    expect(await resolveTarget(unpinned, 'lobby.example.test', at('fe80::1', '10.20.0.12'))).toEqual({
      ok: true,
      addresses: ['10.20.0.12'],
    })
  })
  it('are resolved once: what a name server says a moment later is not asked', async () => {
    const scope = scopeOf('ranges = ["10.20.0.0/24"]\nhosts = ["lobby.test"]')
    let asked = 0
    const rebinding = async () => [asked++ === 0 ? '10.20.0.12' : '8.8.8.8']
    expect(await resolveTarget(scope, 'lobby.test', rebinding)).toEqual({ ok: true, addresses: ['10.20.0.12'] })
    expect(asked).toBe(1)
    expect(await resolveTarget(scope, 'lobby.test', rebinding)).toMatchObject({ reason: 'outside' })
  })
  it('are looked up a few at a time, and come to the same address once', async () => {
    const scope = scopeOf('ranges = ["10.1.0.1-10.1.0.3"]\nhosts = ["a.test", "b.test=10.1.9.9", "c.test", "d.test"]')
    const lookup = async (name: string) => (name === 'a.test' || name === 'd.test' ? ['10.1.0.2', '9.9.9.9'] : [])
    expect(await resolveNames(scope, lookup)).toEqual(['10.1.0.2', '10.1.9.9'])
    expect([...scope.addresses()]).toEqual(['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.9.9'])
    expect(['10.1.0.2', '10.1.9.9', '10.1.0.4'].map((address) => scope.isWalked(address))).toEqual([true, true, false])
  })
  it('that nobody answers for are waited for no longer, and no others looked up, when the round is stopped', async () => {
    const hosts = Array.from({ length: 9 }, (_, at) => `"h${at}.test"`)
    const scope = scopeOf(`ranges = ["10.1.0.1-10.1.0.3"]\nhosts = [${hosts.join(', ')}]`)
    const asked: string[] = []
    const ends: (() => void)[] = []
    const lookup = (name: string) =>
      new Promise<readonly string[]>((resolve) => {
        asked.push(name)
        ends.push(() => resolve(['10.1.0.2']))
      })
    const stop = new AbortController()
    const names = resolveNames(scope, lookup, stop.signal)
    await Promise.resolve()
    expect(asked).toEqual(['h0.test', 'h1.test'])
    for (const end of ends.splice(0)) end()
    await new Promise((resolve) => setImmediate(resolve))
    expect(asked).toHaveLength(4)
    stop.abort()
    expect(await names).toEqual(['10.1.0.2'])
    expect(asked).toHaveLength(4)
  })
})

/** Any address of either family. */
const place = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
  fc.bigInt({ min: 2n ** 128n, max: 2n ** 129n - 1n }),
  fc.nat(7).map((bits) => 2n ** 128n + 0xfffn * 65_536n ** BigInt(bits)),
)

describe('addresses', () => {
  it('of IPv6 are read in every spelling that means one thing, and written as RFC 5952 recommends', () => {
    const spellings = {
      '2001:DB8:0:0:0:0:0:1': '2001:db8::1',
      '2001:db8::0:1': '2001:db8::1',
      '2001:0db8:0000:0001:0:0:0:1': '2001:db8:0:1::1',
      '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
      '1:0:0:2:0:0:0:3': '1:0:0:2::3',
      '1:0:0:2:3:0:0:4': '1::2:3:0:0:4',
      '::': '::',
      'fd00::': 'fd00::',
    }
    for (const [text, short] of Object.entries(spellings)) {
      const read = parseAddress(text)
      expect(read === null ? null : formatAddress(read)).toBe(short)
    }
    const none = ['1:2:3:4:5:6:7', '1::2::3', ':::', '1:2:3:4:5:6:7:8:9', '::12345', '::g', 'fe80::1%eth0', ':1::']
    for (const text of [...none, '::ffff:10.20.0.1', '[::1]', '::1 ', '1::2:3:4:5:6:7:8', '10.20.0.1:161'])
      expect([text, parseAddress(text)]).toEqual([text, null])
  })
  it('have one spelling, and ranges are read back as they are written', () => {
    fc.assert(fc.property(place, (value) => parseAddress(formatAddress(value)) === value))
    fc.assert(
      fc.property(place, place, (a, b) => {
        const range = { from: a < b ? a : b, to: a < b ? b : a, net: null }
        const back = parseRange(formatRange(range))
        if (isSix(a) === isSix(b)) expect(back.ok && [back.range.from, back.range.to]).toEqual([range.from, range.to])
      }),
    )
  })
  it('never throw on any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => typeof parseRange(text).ok === 'boolean' && !agreed.allows(`${text} `).ok),
    )
  })
})

describe('the 39 known ways around a scope', () => {
  it.skipIf(!existsSync(corpus))('all end as they should (skipped where ../shared is missing)', async () => {
    const { cases } = JSON.parse(readFileSync(corpus, 'utf8'))
    const wrong: unknown[] = []
    for (const { target, expect: wanted } of cases) {
      const got = await fate(target)
      const named = got === '10.20.0.7'
      const fine = new Map([
        ['deny', got === 'deny'],
        ['allow', got !== 'deny'],
        ['deny-or-normalise', got === 'deny' || got === '10.20.0.1'],
        ['allow-if-resolves-inside', named],
        ['use-only-10.20.0.7', named],
      ])
      if (fine.get(wanted) !== true) wrong.push({ target, wanted, got })
    }
    expect(wrong).toEqual([])
    expect(cases).toHaveLength(39)
  })
})

/** What would be asked if Central sent this target: as a range in the settings, as a host, or as a name with the name server's answer. */
async function fate(target: string): Promise<string> {
  const [name = '', answer] = target.split(' -> ')
  const addresses = (answer ?? '10.20.0.7').replace(/[[\]\s]/g, '').split(',')
  if (answer !== undefined || /^printer/.test(target)) {
    const found = await resolveTarget(agreed, name, async () => addresses)
    return found.ok ? found.addresses.join(',') : 'deny'
  }
  if (/[/-]/.test(target)) {
    const { scope, refused } = agreed.narrow([target])
    return refused.length > 0 || scope.size === 0 ? 'deny' : target
  }
  const found = await resolveTarget(agreed, target, async () => addresses)
  return found.ok ? found.addresses.join(',') : 'deny'
}
