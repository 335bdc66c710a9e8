/**
 * A /20 on our own link: two network namespaces joined by a cable, the reader in one, the fleet's addresses in the other. Only
 * there does the kernel have to look for neighbours, of which it keeps 1,024 unless told otherwise; loopback shows nothing of it.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { type Figures, type Job, measure } from './contenders.ts'
import { addressAt } from './objects.ts'
import { Fleet } from './programs.ts'

const NETWORK = '10.77.0.0'
const ADDRESSES = 4_096
/** The reader's own address, one at which the fleet has nobody. */
const READER = '10.77.15.250'

export type LinkResult =
  | { readonly ok: true; readonly there: number; readonly figures: Figures }
  | { readonly ok: false; readonly why: string }

/** Sweeps it with our client. */
export async function onLink(job: Job, port: number): Promise<LinkResult> {
  const [reader, fleetSide] = [`platen-r${process.pid}`, `platen-f${process.pid}`]
  const ip = (words: string, input = '') =>
    execFileSync('ip', words.split(' '), { input, stdio: ['pipe', 'ignore', 'pipe'] })
  const made = spawnSync('ip', ['netns', 'add', reader])
  if (made.status !== 0) return { ok: false, why: 'network namespaces cannot be made here (ip netns add)' }
  try {
    ip(`netns add ${fleetSide}`)
    ip(`link add one netns ${reader} type veth peer name two netns ${fleetSide}`)
    ip(`-n ${reader} addr add ${READER}/20 dev one`)
    for (const [namespace, link] of [
      [reader, 'one'],
      [fleetSide, 'two'],
    ])
      ip(`-n ${namespace} link set ${link} up`)
    ip(`-n ${fleetSide} link set lo up`)
    ip(`-n ${fleetSide} route add ${READER}/32 dev two`)
    const there = Array.from({ length: ADDRESSES }, (_, n) => n).filter((n) => [1, 9, 17].includes(n % 32))
    ip(`-n ${fleetSide} -batch -`, there.map((n) => `route add local ${addressAt(NETWORK, n)}/32 dev lo\n`).join(''))
    const fleet = await Fleet.start({ sparse: true }, port, ['ip', 'netns', 'exec', fleetSide])
    try {
      const task: Job = {
        ...job,
        first: NETWORK,
        devices: ADDRESSES,
        atOnce: ADDRESSES,
        within: ['ip', 'netns', 'exec', reader],
      }
      return { ok: true, there: there.length, figures: await measure('platen', task, fleet) }
    } finally {
      fleet.stop()
    }
  } finally {
    for (const namespace of [reader, fleetSide]) spawnSync('ip', ['netns', 'del', namespace])
  }
}
