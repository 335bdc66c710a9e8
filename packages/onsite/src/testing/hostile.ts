/**
 * Honest printers among hostile ones: a round must read every honest printer, end each hostile one in a named fate, and not take for ever.
 * The behaviours are those of networks and agents; what devices say falsely is judged by the collector's own tests.
 */
import type { Fault } from '@platen/simulator'
import { printer, Rig } from '../rig.testing.ts'
import type { Fate } from '../tally.ts'

/** Milliseconds a try, as the settings of the fake Central have it. */
const TIMEOUT = 200

/** What each hostile printer does. */
export const BEHAVIOURS: Readonly<Record<string, readonly Fault[]>> = {
  silent: [{ kind: 'silent' }],
  'silent after the probe': [{ kind: 'silent', after: 1 }],
  slow: [{ kind: 'slow', delay: TIMEOUT - 20 }],
  late: [{ kind: 'slow', delay: TIMEOUT + 50 }],
  'later than all tries': [{ kind: 'slow', delay: 10 * TIMEOUT }],
  twice: [{ kind: 'copies', count: 2 }],
  thousandfold: [{ kind: 'copies', count: 1_000 }],
  'half of it lost': [{ kind: 'loss', share: 0.5 }],
  'wrong port': [{ kind: 'wrongPort' }],
  'wrong address': [{ kind: 'wrongAddress' }],
  'wrong id': [{ kind: 'wrongId' }],
  'any object': [{ kind: 'anyOid' }],
  'the same for ever': [{ kind: 'loopSame' }],
  'round and round': [{ kind: 'loopCycle' }],
  endless: [{ kind: 'endless' }],
  'endless and slow': [{ kind: 'endless' }, { kind: 'slow', delay: TIMEOUT - 20 }],
  disordered: [{ kind: 'disorder' }],
  'too big always': [{ kind: 'tooBig' }],
  'too big above 484': [{ kind: 'tooBig', above: 484 }],
  'big strings': [{ kind: 'bigStrings', octets: 60_000 }],
  'strings of a datagram': [{ kind: 'bigStrings', octets: 1_400 }],
  'one octet of garbage': [{ kind: 'garbage', length: 1 }],
  'garbage of a datagram': [{ kind: 'garbage', length: 1_400 }],
  'the largest garbage': [{ kind: 'garbage', length: 65_507 }],
  'cut in the head': [{ kind: 'cut', length: 20 }],
  'cut in the values': [{ kind: 'cut', length: 200 }],
  'genErr always': [{ kind: 'genErr' }],
  'genErr every third time': [{ kind: 'genErr', share: 0.3 }],
  'counts from zero': [{ kind: 'restart', after: 0 }],
  'counts back': [{ kind: 'shift', after: 0, pages: -5_000 }],
  'jumps ahead': [{ kind: 'shift', after: 0, pages: 4_000_000 }],
  'restarts in the middle': [{ kind: 'reboot', after: 40, lasts: 500 }],
  'another device each time': [{ kind: 'swap', after: 0, every: 50 }],
}

/** What came of it. Times are milliseconds of a round. */
export interface HostileReport {
  readonly honest: number
  /** Honest printers that were not read. */
  readonly missed: readonly string[]
  /** The hostile ones' fates by behaviour. */
  readonly fates: Readonly<Record<string, Fate | 'none'>>
  readonly without: number
  readonly among: number
  readonly bugs: readonly string[]
}

/** Reads so many honest printers alone, then among the hostile ones. */
export async function amongHostile(honest: number): Promise<HostileReport> {
  const rig = new Rig()
  try {
    const names = Object.keys(BEHAVIOURS)
    const without = await readAll(rig, { base: '127.35.0.1', honest, hostile: [] })
    const among = await readAll(rig, { base: '127.36.0.1', honest, hostile: names })
    const addresses = [...among.fates.keys()]
    const missed = addresses.slice(0, honest).filter((address) => among.fates.get(address) !== 'read')
    const fates = names.map((name, at) => [name, among.fates.get(addresses[honest + at] ?? '') ?? 'none'])
    const bugs = rig.lines.filter(({ level }) => level === 'error').map(({ what, detail }) => `${what}: ${detail}`)
    const times = { without: without.milliseconds, among: among.milliseconds }
    return { honest, missed, fates: Object.fromEntries(fates), ...times, bugs }
  } finally {
    await rig.clear()
  }
}

interface Crowd {
  readonly base: string
  readonly honest: number
  readonly hostile: readonly string[]
}

async function readAll(rig: Rig, { base, honest, hostile }: Crowd) {
  const central = await rig.central()
  const count = honest + hostile.length
  const { port } = await rig.fleet({
    base,
    recordings: [printer],
    count,
    faults: (number) => BEHAVIOURS[hostile[number - honest] ?? ''] ?? [],
  })
  const addresses = addressesFrom(base, count)
  const scope = `demo = true\nranges = ["${base}-${addresses.at(-1)}"]\n`
  const { onsite } = await rig.enrolled({ scope, central, snmpPort: port })
  const fates = new Map<string, Fate>(addresses.map((address) => [address, 'notAsked']))
  const done = await onsite.round({ onFate: (address, fate) => void fates.set(address, fate) })
  if (!done.ok) throw new Error(`the round did not begin: ${done.reason}`)
  return { fates, milliseconds: done.milliseconds }
}

function addressesFrom(base: string, count: number): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = base.split('.').map(Number)
  const first = ((a * 256 + b) * 256 + c) * 256 + d
  return Array.from({ length: count }, (_, at) => {
    const address = first + at
    return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join('.')
  })
}
