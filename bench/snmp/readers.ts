/** The readers and sweepers in JavaScript that are compared; each is opened once and goes its round as often as it is told. */
import { Client, Oid, type Session, systemClock, udpTransport, type Value } from '@platen/snmp'
import snmp from 'net-snmp'
import { addressAt, PROBED, REQUESTS } from './objects.ts'

/** What a contender does. */
export interface Task {
  readonly who: 'platen' | 'net-snmp'
  readonly kind: 'read' | 'sweep'
  readonly port: number
  /** The first device's address; the others follow it. */
  readonly first: string
  readonly devices: number
  /** Devices asked at once. */
  readonly atOnce: number
  /** Receive buffer to ask for; the system's own if it is 0. */
  readonly buffer: number
  readonly timeout: number
  readonly tries: number
  readonly rounds: number
  /** Rounds, and seconds of CPU, that do not count. */
  readonly warm: number
  readonly warmSeconds: number
}

/** Goes over all devices once; how many of them answered in full. */
export type Round = () => Promise<number>

const COMMUNITY = 'public'

export async function openReader(task: Task): Promise<Round> {
  const read = task.who === 'platen' ? await ourReader(task) : theirReader(task)
  return async () => {
    let next = 0
    let complete = 0
    const work = async () => {
      for (let n = next++; n < task.devices; n = next++) if (await read(addressAt(task.first, n))) complete++
    }
    await Promise.all(Array.from({ length: task.atOnce }, work))
    return complete
  }
}

export async function openSweeper(task: Task): Promise<Round> {
  if (task.who === 'net-snmp') return openReader({ ...task, kind: 'sweep' })
  const client = await ourClient(task)
  const oids = PROBED.map((text) => Oid.parse(text))
  const { port, timeout, tries, devices, first } = task
  function* addresses() {
    for (let n = 0; n < devices; n++) yield addressAt(first, n)
  }
  return async () => {
    let found = 0
    const how = { port, timeout, tries, version: 'v2c', community: COMMUNITY } as const
    for await (const { outcome } of client.sweep({ ...how, oids, addresses: addresses() })) if (outcome.ok) found++
    return found
  }
}

async function ourClient({ buffer }: Task): Promise<Client> {
  const transport = await udpTransport(buffer === 0 ? {} : { receiveBuffer: buffer })
  return new Client({ transport, clock: systemClock })
}

async function ourReader(task: Task): Promise<(address: string) => Promise<boolean>> {
  const client = await ourClient(task)
  const requests = REQUESTS.map((list) => list.map((text) => Oid.parse(text)))
  const { port, timeout, tries } = task
  const how = { port, timeout, tries, version: 'v2c', community: COMMUNITY, maxVarbinds: 39 } as const
  return async (address) => {
    const session = client.session({ address, ...how })
    for (const oids of requests) if (!(await isWhole(session, oids))) return false
    return true
  }
}

async function isWhole(session: Session, oids: readonly Oid[]): Promise<boolean> {
  const outcome = await session.get(oids)
  return outcome.ok && outcome.varbinds.every(({ value }) => isFilled(value))
}

function isFilled(value: Value): boolean {
  return 'value' in value && value.value !== undefined
}

/** As its manual shows it: a session (which is a socket) for each device. */
function theirReader(task: Task): (address: string) => Promise<boolean> {
  const { port, timeout, tries } = task
  const lists = task.kind === 'sweep' ? [PROBED] : REQUESTS
  return async (address) => {
    const session = snmp.createSession(address, COMMUNITY, {
      version: snmp.Version2c,
      port,
      timeout,
      retries: tries - 1,
      backoff: 1,
    })
    let isComplete = true
    for (const list of lists) isComplete &&= await theirGet(session, list)
    session.close()
    return isComplete
  }
}

function theirGet(session: ReturnType<typeof snmp.createSession>, list: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    session.get([...list], (error, varbinds) => {
      resolve(error === null && (varbinds ?? []).every((one) => !snmp.isVarbindError(one) && one.value !== undefined))
    })
  })
}
