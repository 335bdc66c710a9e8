/** Two printers that exchange their addresses between two rounds: each number stays with its printer, for it is asked who it is with every visit. */
import { meterKey } from '@platen/model'
import { printer, Rig } from '../rig.testing.ts'
import type { KeptReading } from '../round.ts'

const BASE = '127.53.0.1'
const ADDRESSES = [BASE, '127.53.0.2'] as const
const recordingOf = (name: string, life: number): string =>
  printer.replace('ACME123456', `SWAP-${name}`).replace('65|41234', `65|${life}`)
const TWO = [recordingOf('A', 1_000), recordingOf('B', 2_000)] as const

/** What was wrong, or null. */
export async function exchanged(): Promise<string | null> {
  const rig = new Rig()
  try {
    const central = await rig.central()
    const first = await rig.fleet({ base: BASE, recordings: TWO, count: 2, individual: false })
    const scope = `demo = true\nranges = ["${ADDRESSES.join('", "')}"]\n`
    const { onsite } = await rig.enrolled({ scope, central, snmpPort: first.port })
    await onsite.round()
    await first.fleet.close()
    await rig.fleet({ base: BASE, recordings: TWO.toReversed(), count: 2, individual: false, port: first.port })
    const kept: KeptReading[] = []
    const done = await onsite.round({ onKept: (some) => kept.push(...some) })
    const told = kept
      .map(({ address, reading }) => {
        const life = reading.meters.find((meter) => meterKey(meter) === 'total.all.all.all/impressions')?.value
        return `${address} ${reading.identity.serial} ${life}`
      })
      .sort()
    const wanted = [`${ADDRESSES[0]} SWAP-B 2000`, `${ADDRESSES[1]} SWAP-A 1000`]
    if (told.join() !== wanted.join()) return `read ${told.join()}`
    const swapped = done.ok ? done.swapped.toSorted().join() : done.reason
    return swapped === ADDRESSES.join() ? null : `noticed at ${swapped}`
  } finally {
    await rig.clear()
  }
}
