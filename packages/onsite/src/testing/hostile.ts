/**
 * Honest printers among hostile ones: a round must read every honest printer, end each hostile one in a named fate, and not take for ever.
 * The behaviours are those of networks and agents; what devices say falsely is judged by the collector's own tests.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { plainSettings } from '../fake-central.testing.ts'
import { Rig } from '../rig.testing.ts'
import type { Fate } from '../tally.ts'
import { BEHAVIOURS, type Crowd, TIMEOUT } from './crowd.ts'

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

const placeSchema = z.object({ port: z.int(), addresses: z.array(z.string()) })

async function readAll(rig: Rig, { base, honest, hostile }: Crowd) {
  const central = await rig.central()
  central.settings = { ...plainSettings, timeoutMs: TIMEOUT }
  const crowd = new Worker(new URL('./crowd.ts', import.meta.url), { workerData: { base, honest, hostile } })
  rig.later(async () => void (await crowd.terminate()))
  const [{ port, addresses }] = z.tuple([placeSchema]).parse(await once(crowd, 'message'))
  const scope = `demo = true\nranges = ["${base}-${addresses.at(-1)}"]\n`
  const { onsite } = await rig.enrolled({ scope, central, snmpPort: port })
  const fates = new Map<string, Fate>(addresses.map((address) => [address, 'notAsked']))
  const done = await onsite.round({ onFate: (address, fate) => void fates.set(address, fate) })
  if (!done.ok) throw new Error(`the round did not begin: ${done.reason}`)
  return { fates, milliseconds: done.milliseconds }
}
