/** The readers that are compared: each reads one device whole, all its objects, and answers how many values it got. */
import { Client, Oid, type Session, systemClock, udpTransport, type Value } from '@platen/snmp'
import snmp from 'net-snmp'
import { REQUESTS } from './objects.ts'

export interface DeviceReader {
  read(address: string): Promise<number>
  close(): Promise<void>
}

export type ReaderName = 'platen' | 'net-snmp'

const COMMUNITY = 'public'
const TIMEOUT = 1_000
const TRIES = 3

export function openReader(name: ReaderName, port: number): Promise<DeviceReader> {
  return name === 'platen' ? ourReader(port) : Promise.resolve(theirReader(port))
}

async function ourReader(port: number): Promise<DeviceReader> {
  const client = new Client({ transport: await udpTransport(), clock: systemClock })
  const requests = REQUESTS.map((list) => list.map((text) => Oid.parse(text)))
  const how = { port, version: 'v2c', community: COMMUNITY, timeout: TIMEOUT, tries: TRIES, maxVarbinds: 39 } as const
  const read = async (address: string) => {
    const session = client.session({ address, ...how })
    let got = 0
    for (const oids of requests) got += await countValues(session, oids)
    return got
  }
  return { read, close: () => client.close() }
}

async function countValues(session: Session, oids: readonly Oid[]): Promise<number> {
  const outcome = await session.get(oids)
  if (!outcome.ok) throw new Error(`${session.address}: ${outcome.reason}, ${outcome.detail}`)
  let got = 0
  for (const varbind of outcome.varbinds) if (isFilled(varbind.value)) got++
  return got
}

function isFilled(value: Value): boolean {
  return 'value' in value && value.value !== undefined
}

/** As its manual shows it: a session (which is a socket) for each device. */
function theirReader(port: number): DeviceReader {
  const read = async (address: string) => {
    const how = { version: snmp.Version2c, port, timeout: TIMEOUT, retries: TRIES - 1 }
    const session = snmp.createSession(address, COMMUNITY, how)
    let got = 0
    for (const list of REQUESTS) got += await theirGet(session, list)
    session.close()
    return got
  }
  return { read, close: () => Promise.resolve() }
}

function theirGet(session: ReturnType<typeof snmp.createSession>, list: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    session.get([...list], (error, varbinds) => {
      if (error) reject(error)
      else resolve((varbinds ?? []).filter((one) => !snmp.isVarbindError(one) && one.value !== undefined).length)
    })
  })
}
