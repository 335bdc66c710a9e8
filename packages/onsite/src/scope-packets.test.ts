import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Counted, Wanted } from './scope-packets.testing.ts'

const corpus = resolve(import.meta.dirname, '../../../../shared/badinput/own/scope-bypass.json')
const worker = resolve(import.meta.dirname, 'scope-packets.testing.ts')
// Root makes the namespace itself; others need to be let make one for users.
const unshare = ['-n', '-rn'].find((how) => spawnSync('unshare', [how, 'ip', 'link']).status === 0)
const noNamespace = unshare === undefined ? ' (skipped: no network namespace may be made here)' : ''
const noCorpus = existsSync(corpus) ? '' : ' (skipped: ../shared is missing)'

/** What left a network namespace that has nothing but this Onsite in it. */
function packets(wanted: Wanted): readonly Counted[] {
  const done = spawnSync('unshare', [unshare ?? '-n', process.execPath, worker], {
    input: JSON.stringify(wanted),
    encoding: 'utf8',
    timeout: 100_000,
  })
  if (done.status !== 0) throw new Error(`${done.status} ${done.stderr}`)
  const counted: readonly Counted[] = JSON.parse(done.stdout)
  // Whatever left went to UDP 161: never to 9100, 515, 80 or another port, and never over TCP.
  expect(counted.filter(({ datagrams, toSnmp, connections }) => datagrams !== toSnmp || connections !== 0)).toEqual([])
  return counted
}

describe('packets that leave', () => {
  it.skipIf(noNamespace !== '' || noCorpus !== '')(
    `go to agreed addresses only, in all 39 known ways around a scope${noNamespace}${noCorpus}`,
    { timeout: 120_000 },
    () => {
      const { scope, cases }: { scope: string[]; cases: { target: string; expect: string }[] } = JSON.parse(
        readFileSync(corpus, 'utf8'),
      )
      const hosts = scope.filter((entry) => entry.includes('='))
      const ranges = scope.filter((entry) => !entry.includes('='))
      const watch = ['10.20.0.1', '10.20.0.7', '10.20.0.100', '10.20.0.254', '192.168.5.10', '192.168.5.20']
      const counted = packets({
        scope: `ranges = ${JSON.stringify(ranges)}\nhosts = ${JSON.stringify(hosts)}`,
        watch,
        cases: cases.map(({ target }) => caseOf(target)),
      })
      expect(counted).toHaveLength(39)
      const wrong = counted.filter(({ datagrams, got }, at) => {
        const { target, expect: wanted } = cases[at] ?? { target: '', expect: '' }
        const silent = datagrams === 0 && got.length === 0
        if (wanted === 'deny') return !silent
        if (wanted === 'deny-or-normalise') return !silent && got.join() !== '10.20.0.1'
        if (wanted === 'allow') return datagrams === 0 || !fits(target, got)
        return got.join() !== '10.20.0.7'
      })
      expect(wrong).toEqual([])
    },
  )

  it.skipIf(noNamespace !== '')(
    `never go to broadcast, multicast, metadata or IPv4 in the clothes of IPv6, even where the file agrees to them, and IPv6 is asked${noNamespace}`,
    { timeout: 120_000 },
    () => {
      const targets = [
        '169.254.169.254',
        '169.254.169.0-169.254.169.255',
        '10.255.255.255',
        '10.20.255.255',
        '10.20.0.0/30',
        '2001:db8::7',
        '2001:db8::/64',
        '2001:db8::',
        'fe80::1',
        'ff02::1',
        '::ffff:a14:1',
        '64:ff9b::a14:1',
      ]
      const rebinding = [
        { target: 'lobby.test', answers: [['10.20.0.9'], ['8.8.8.8']] },
        { target: 'lobby.test', answers: [['169.254.169.254', '10.20.255.255', 'ff02::1', '127.0.0.1']] },
      ]
      const counted = packets({
        scope: [
          'ranges = ["10.0.0.0/8", "169.254.0.0/16", "10.20.0.0-10.20.255.255/16", "2001:db8::/64"]',
          'exclude = ["10.20.0.2", "10.20.255.255"]',
          'hosts = ["lobby.test", "fe80::1", "ff02::1", "::ffff:a14:1", "64:ff9b::a14:1"]',
        ].join('\n'),
        watch: ['10.20.0.0', '10.20.0.1', '10.20.0.3', '10.20.0.9', '2001:db8::7'],
        cases: [...targets.map(caseOf), ...rebinding],
      })
      const found = Object.fromEntries(
        counted.slice(0, -2).map(({ target, datagrams, got }) => [target, datagrams === 0 ? 0 : got]),
      )
      expect(found).toEqual({
        ...Object.fromEntries(targets.map((target) => [target, 0])),
        // 10.0.0.0/8 makes a host of the ends of what lies in it.
        '10.20.0.0/30': ['10.20.0.0', '10.20.0.1', '10.20.0.3'],
        '2001:db8::7': ['2001:db8::7'],
      })
      expect(counted.slice(-2).map(({ datagrams, got }) => (datagrams === 0 ? [] : got))).toEqual([['10.20.0.9'], []])
    },
  )

  it.skipIf(noNamespace !== '')(
    `are stopped by the kernel at the broadcast address of an own network, which a scope with a larger mask cannot know${noNamespace}`,
    { timeout: 120_000 },
    () => {
      const counted = packets({
        scope: 'ranges = ["10.77.0.0/24"]',
        own: ['10.77.0.1/25'],
        watch: ['10.77.0.1'],
        cases: ['10.77.0.1', '10.77.0.127'].map(caseOf),
      })
      expect(counted.map(({ got }) => got)).toEqual([['10.77.0.1'], []])
    },
  )
})

/** `name -> [a, b]` says what a name server answers. */
function caseOf(target: string): Wanted['cases'][number] {
  const [name = '', answer] = target.split(' -> ')
  if (answer !== undefined) return { target: name, answers: [answer.replace(/[[\]\s]/g, '').split(',')] }
  return { target, answers: /^printer/.test(target) ? [['10.20.0.7']] : [] }
}

/** One address got it alone; a network that is narrower than the scope reached those inside it. */
function fits(target: string, got: readonly string[]): boolean {
  if (target !== '10.20.0.0/25') return got.join() === target
  return got.join() === ['0.0.0.0', '10.20.0.1', '10.20.0.100', '10.20.0.7'].join()
}
