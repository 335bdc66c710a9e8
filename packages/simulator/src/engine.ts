/** The v3 engine of a simulated device: its engine id follows from fleet and number, so that it is the same at every start. */
import { Authority, type User } from '@platen/snmp'
import { diceOf } from './dice.ts'

/** An enterprise number that is reserved for documentation (RFC 5612), and the format 'octets' (RFC 3411, SnmpEngineID). */
const ENGINE_ID_HEAD = [0x80, 0x00, 0x7e, 0xd9, 0x05]
const OWN_OCTETS = 8

/** Devices were on for some time and started some times before. */
const MOST_BOOTS = 200
const MOST_SECONDS = 40 * 86_400

/** Which device of a fleet it is, and how often it was started again; `upFor` is milliseconds since the last time. */
export interface EngineOwner {
  readonly seed: string | number
  readonly number: number
  readonly now: () => number
  readonly restarts: number
  readonly upFor: number
}

/** The engine of one device of a fleet, as it is now. */
export function authorityOf(users: readonly User[], device: EngineOwner): Authority {
  const dice = diceOf('engine', device.seed, device.number)
  const own = Array.from({ length: OWN_OCTETS }, () => Math.floor(dice() * 256))
  const boots = 1 + Math.floor(dice() * MOST_BOOTS)
  const upBefore = Math.floor(dice() * MOST_SECONDS)
  return new Authority({
    engineId: Uint8Array.from([...ENGINE_ID_HEAD, ...own]),
    boots: boots + device.restarts,
    time: device.restarts === 0 ? upBefore : Math.floor(device.upFor / 1_000),
    users,
    clock: { now: device.now, after: () => () => undefined },
  })
}
