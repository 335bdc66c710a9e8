/**
 * The printers of hostile.ts, in a thread of their own: a thousand copies of an answer cost the one who sends them, and no honest printer
 * answers late because of it. Begins with the thread and ends with it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { type Fault, parseSnmprec, startFleet } from '@platen/simulator'
import { systemClock } from '@platen/snmp'
import { freePort, printer } from '../rig.testing.ts'

/** Milliseconds a try: a busy machine answers within it, and a slow printer just so. */
export const TIMEOUT = 300

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

/** So many honest printers from the address on, then one for each behaviour named. */
export interface Crowd {
  readonly base: string
  readonly honest: number
  readonly hostile: readonly string[]
}

if (parentPort !== null) await serve(workerData, (place) => parentPort?.postMessage(place))

async function serve(
  { base, honest, hostile }: Crowd,
  ready: (place: { port: number; addresses: readonly string[] }) => void,
): Promise<void> {
  const port = await freePort()
  const { addresses } = await startFleet({
    recordings: [{ name: 'printer', rows: parseSnmprec(printer).rows }],
    port,
    base,
    count: honest + hostile.length,
    seed: 1,
    clock: systemClock,
    faults: (number) => BEHAVIOURS[hostile[number - honest] ?? ''] ?? [],
  })
  ready({ port, addresses })
}
