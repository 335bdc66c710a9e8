/**
 * The printers of hostile.ts, in a thread of their own: a thousand copies of an answer cost the one who sends them, and no honest printer
 * answers late because of it. Begins with the thread and ends with it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { type FleetOptions, loopbackAddresses, parseSnmprec, startFleet } from '@platen/simulator'
import { systemClock } from '@platen/snmp'
import { freePort, printer } from '../rig.testing.ts'
import { BEHAVIOURS } from './behaviours.ts'

/** So many honest printers from the address on, then those of each behaviour named; on the port, or any. */
export interface Crowd {
  readonly base: string
  readonly honest: number
  readonly hostile: readonly string[]
  readonly port?: number
}

/** Where they are. */
export interface Place {
  readonly port: number
  readonly honest: readonly string[]
  readonly hostile: Readonly<Record<string, readonly string[]>>
}

if (parentPort !== null) await serve(workerData, (place) => parentPort?.postMessage(place))

async function serve(crowd: Crowd, ready: (place: Place) => void): Promise<void> {
  const { base, honest, hostile, port = await freePort() } = crowd
  const shared = { port, clock: systemClock }
  const ordinary = [{ name: 'printer', rows: parseSnmprec(printer).rows }]
  const all = await startFleet({ ...shared, recordings: ordinary, base, count: honest, seed: 1 })
  const wanted = hostile.flatMap((name) => devicesOf(name))
  const addresses = loopbackAddresses(base, honest + wanted.length).slice(honest)
  const places: Record<string, string[]> = {}
  for (const [at, { name, options }] of wanted.entries()) {
    const address = addresses[at] ?? base
    await startFleet({ ...shared, ...options, base: address, count: 1 })
    places[name] = [...(places[name] ?? []), address]
  }
  ready({ port, honest: all.addresses, hostile: places })
}

type Device = Pick<FleetOptions, 'recordings' | 'seed' | 'individual' | 'speed' | 'agent' | 'faults'>

/** Each as a fleet of one; those of one behaviour have one engine. */
function devicesOf(name: string): readonly { readonly name: string; readonly options: Device }[] {
  const behaviour = BEHAVIOURS[name]
  if (behaviour === undefined) throw new Error(`nobody knows how to be ${name}`)
  const { recordings = [printer], individual = false, faults = [], user, versions, maxBytes } = behaviour
  return recordings.map((text) => ({
    name,
    options: {
      recordings: [{ name, rows: parseSnmprec(text).rows }],
      seed: name,
      individual,
      speed: 0,
      agent: {
        ...(user === undefined ? {} : { users: [user] }),
        ...(versions === undefined ? {} : { versions }),
        ...(maxBytes === undefined ? {} : { maxBytes }),
      },
      faults: () => faults,
    },
  }))
}
