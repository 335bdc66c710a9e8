/** The simulated fleet of `./run`: invented printers of many makers, and some devices that are none, on loopback addresses. */
import path from 'node:path'
import { readGrowthModels, readRecordings, startFleet } from '@platen/simulator'
import { systemClock } from '@platen/snmp'

const recordings = path.resolve(import.meta.dirname, '../../knowledge/recordings')
/** Where the demo's devices are, away from anything a machine uses on loopback. */
const base = '127.20.0.1'
export const fleetPort = 16_100
/** Where real printers listen (RFC 3417 section 3.1). */
const SNMP_PORT = 161

/** The port that a run's printers are asked on. */
export function snmpPortOf(run: { readonly ranges: readonly string[] }): number {
  return run.ranges.length === 0 ? fleetPort : SNMP_PORT
}

/** A fleet that runs. `ranges` are the addresses to agree on: the devices', and some where nobody answers. */
export interface DemoFleet {
  readonly printers: number
  readonly others: number
  readonly ranges: readonly string[]
  close(): Promise<void>
}

/** Starts `printers` printers and one other device to each five of them. */
export async function startDemoFleet(options: {
  readonly printers: number
  readonly speed: number
}): Promise<DemoFleet> {
  const printers = await readRecordings([recordings])
  const others = await readRecordings([path.join(recordings, 'nonprinters')])
  const otherCount = Math.ceil(options.printers / 5)
  const shared = {
    port: fleetPort,
    clock: systemClock,
    growth: await readGrowthModels(),
    seed: 'platen',
    speed: options.speed,
  }
  const fleet = await startFleet({ ...shared, recordings: printers, count: options.printers, base })
  const strangers = await startFleet({ ...shared, recordings: others, count: otherCount, base: '127.20.32.1' })
  const last = fleet.addresses.at(-1) ?? base
  return {
    printers: fleet.addresses.length,
    others: strangers.addresses.length,
    // Ten addresses past the last device are silent, as most of a real network is.
    ranges: [`${base}-${last}`, `127.20.32.1-127.20.32.${Math.min(254, otherCount + 10)}`],
    close: async () => {
      await fleet.close()
      await strangers.close()
    },
  }
}
