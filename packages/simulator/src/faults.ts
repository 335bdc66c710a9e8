/**
 * What printers and networks do wrong, as data: each fault is a small record that tests, the demo and people can give to any device.
 * A fault works in one of three places: on the objects seen, on how far the device has come, or on the datagrams sent.
 */
import { decodeMessage, encodeResponse, type Oid, Oid as OidOf, type Varbind } from '@platen/snmp'
import type { View } from './agent.ts'
import { between, type Dice } from './dice.ts'
import type { AgentSettings } from './responder.ts'

/** Times are milliseconds since the device was started; shares are from 0 to 1. */
export type Fault =
  /** Never answers, or stops answering after some time. */
  | { readonly kind: 'silent'; readonly after?: number }
  /** Every answer comes this late. */
  | { readonly kind: 'slow'; readonly delay: number }
  /** This share of the answers never comes. */
  | { readonly kind: 'loss'; readonly share: number }
  /** Every answer comes so many times. */
  | { readonly kind: 'copies'; readonly count: number }
  /** Only the first octets of an answer arrive. */
  | { readonly kind: 'cut'; readonly length: number }
  /** The answer's request id is not the one asked with. */
  | { readonly kind: 'wrongId' }
  | { readonly kind: 'wrongAddress' }
  | { readonly kind: 'wrongPort' }
  /** Before each answer come so many under ids that were guessed, with other values. */
  | { readonly kind: 'guessedIds'; readonly count: number }
  /** Answers of more than so many octets never come: of their fragments one is always lost. */
  | { readonly kind: 'lostAbove'; readonly octets: number }
  /** There is nobody: the kernel says so. */
  | { readonly kind: 'absent' }
  /** Random octets in place of answers; with `least` of any length from there on. */
  | { readonly kind: 'garbage'; readonly length: number; readonly least?: number }
  /** GETNEXT answers the object it was asked after. */
  | { readonly kind: 'loopSame' }
  /** GETNEXT goes round among three objects. */
  | { readonly kind: 'loopCycle' }
  /** GETNEXT always finds one more row. */
  | { readonly kind: 'endless' }
  /** GET answers with the value and name of some other object. */
  | { readonly kind: 'anyOid' }
  /** Every string is so many octets long. */
  | { readonly kind: 'bigStrings'; readonly octets: number }
  /** Answers of more than so many octets are too big to send; every answer if it is not said. */
  | { readonly kind: 'tooBig'; readonly above?: number }
  /** GETBULK answers so many rows, whatever was asked for. */
  | { readonly kind: 'flood'; readonly rows: number }
  /** What is asked on v3 is answered on v2c, for everybody to read. */
  | { readonly kind: 'plainAnswer' }
  /** Before each answer on v3 comes an unsigned Report whose snmpEngineBoots is nearly the highest there is. */
  | { readonly kind: 'bootsJump' }
  /** This share of the requests, all if it is not said, ends in genErr about their first object. */
  | { readonly kind: 'genErr'; readonly share?: number }
  /** GETNEXT and GETBULK skip a row and then come back to it: names go up and down. */
  | { readonly kind: 'disorder' }
  /** Meters fall to zero and count on from there. */
  | { readonly kind: 'restart'; readonly after: number }
  /** Meters are suddenly off by so many pages, up or down. */
  | { readonly kind: 'shift'; readonly after: number; readonly pages: number }
  /** Off for a while, then on again with a new sysUpTime. */
  | { readonly kind: 'reboot'; readonly after: number; readonly lasts: number }
  /** Another device of the same make stands at the address, and yet another each `every` milliseconds. */
  | { readonly kind: 'swap'; readonly after: number; readonly every?: number }

/** A datagram to be sent, when and from where. */
export interface Packet {
  readonly bytes: Uint8Array
  readonly delay: number
  readonly from: 'asked' | 'otherAddress' | 'otherPort'
}

/** The objects as a faulty device shows them. */
export function faultyView(view: View, faults: readonly Fault[], dice: Dice): View {
  return faults.reduce((seen, fault) => {
    switch (fault.kind) {
      case 'loopSame':
        return { ...bound(seen), next: (oid) => seen.get(oid) ?? seen.next(oid) }
      case 'loopCycle':
        return { ...bound(seen), next: (oid) => cycle(seen, oid) }
      case 'endless':
        return { ...bound(seen), next: (oid) => oneMore(seen, oid) }
      case 'disorder':
        return { ...bound(seen), next: (oid) => seesaw(seen, oid) }
      case 'anyOid':
        return { ...bound(seen), get: () => other(seen, dice) }
      case 'bigStrings':
        return {
          get: (oid) => enlarged(seen.get(oid), fault.octets),
          next: (oid) => enlarged(seen.next(oid), fault.octets),
        }
      default:
        return seen
    }
  }, view)
}

const bound = (view: View): View => ({ get: (oid) => view.get(oid), next: (oid) => view.next(oid) })

const HOST_RESOURCES = OidOf.parse('1.3.6.1.2.1.25')
const LIFE_COUNT = OidOf.parse('1.3.6.1.2.1.43.10.2.1.4')

/** Three objects after the life count follow one another for ever. */
function cycle(view: View, oid: Oid): Varbind | undefined {
  const first = view.next(LIFE_COUNT)
  const second = first && view.next(first.oid)
  const third = second && view.next(second.oid)
  return third?.oid.equals(oid) ? first : view.next(oid)
}

/** Of every two neighbours in the tables the second is told first. */
function seesaw(view: View, oid: Oid): Varbind | undefined {
  const found = view.next(oid)
  if (found === undefined || oid.compare(HOST_RESOURCES) < 0) return found
  const last = Number(found.oid.text.slice(found.oid.text.lastIndexOf('.') + 1))
  const partner = last % 2 === 1 ? view.next(found.oid) : undefined
  return partner ?? found
}

/** Where a table would end, the last index goes up by one with the value of the row before. */
function oneMore(view: View, oid: Oid): Varbind | undefined {
  const here = view.get(oid)
  const found = view.next(oid)
  if (oid.compare(HOST_RESOURCES) < 0) return found
  const text = oid.text
  const cut = text.lastIndexOf('.')
  const column = text.slice(0, cut)
  if (found?.oid.text.startsWith(`${column}.`) && here === undefined) return found
  const last = Number(text.slice(cut + 1))
  const isRow = here !== undefined || found === undefined || !found.oid.startsWith(oid)
  const value = here?.value ?? { type: 'integer', value: last % 1_000 }
  return isRow && last < 4_294_967_295 ? { oid: OidOf.parse(`${column}.${last + 1}`), value } : found
}

/** Some object that was not asked for: a throw of the dice steps through the system group. */
function other(view: View, dice: Dice): Varbind | undefined {
  let found = view.next(OidOf.parse('1.3'))
  for (let steps = between(dice, 0, 30); steps > 0 && found !== undefined; steps--)
    found = view.next(found.oid) ?? found
  return found
}

function enlarged(row: Varbind | undefined, octets: number): Varbind | undefined {
  if (row?.value.type !== 'octets') return row
  const value = row.value.value
  const filler = value.length > 0 ? value : Uint8Array.of(0x78)
  return {
    oid: row.oid,
    value: { type: 'octets', value: Uint8Array.from({ length: octets }, (_, at) => filler[at % filler.length] ?? 0) },
  }
}

/** Whether the device is off or mute at a time. */
export const isMute = (faults: readonly Fault[], age: number): boolean =>
  faults.some(
    (fault) =>
      (fault.kind === 'silent' && age >= (fault.after ?? 0)) ||
      (fault.kind === 'reboot' && age >= fault.after && age < fault.after + fault.lasts),
  )

/** The agent of a faulty device: how much it can send, under which id, and whether it fails at this request. */
export function faultyAgent(agent: AgentSettings, faults: readonly Fault[], dice: Dice): AgentSettings {
  let { maxBytes, fails = false, otherId = false, floodRows = 0, answersPlainly = false } = agent
  for (const fault of faults) {
    if (fault.kind === 'tooBig') maxBytes = Math.min(maxBytes, fault.above ?? 0)
    if (fault.kind === 'wrongId') otherId = true
    if (fault.kind === 'flood') floodRows = fault.rows
    if (fault.kind === 'plainAnswer') answersPlainly = true
    if (fault.kind === 'genErr') fails ||= dice() < (fault.share ?? 1)
  }
  return { ...agent, maxBytes, fails, otherId, floodRows, answersPlainly }
}

/** The datagrams that leave a faulty device in place of one good answer. */
export function faultyPackets(answer: Uint8Array, faults: readonly Fault[], dice: Dice): readonly Packet[] {
  let packets: readonly Packet[] = [{ bytes: answer, delay: 0, from: 'asked' }]
  for (const fault of faults) packets = packets.flatMap((packet) => faultyPacket(packet, fault, dice))
  return packets
}

function faultyPacket(packet: Packet, fault: Fault, dice: Dice): readonly Packet[] {
  switch (fault.kind) {
    case 'slow':
      return [{ ...packet, delay: packet.delay + fault.delay }]
    case 'loss':
      return dice() < fault.share ? [] : [packet]
    case 'copies':
      return Array.from({ length: fault.count }, () => packet)
    case 'cut':
      return [{ ...packet, bytes: packet.bytes.subarray(0, fault.length) }]
    case 'guessedIds':
      return [...Array.from({ length: fault.count }, () => ({ ...packet, bytes: forged(packet.bytes, dice) })), packet]
    case 'lostAbove':
      return packet.bytes.length > fault.octets ? [] : [packet]
    case 'garbage': {
      const length = fault.least === undefined ? fault.length : between(dice, fault.least, fault.length)
      return [{ ...packet, bytes: noise(length, dice) }]
    }
    case 'wrongAddress':
      return [{ ...packet, from: 'otherAddress' }]
    case 'wrongPort':
      return [{ ...packet, from: 'otherPort' }]
    default:
      return [packet]
  }
}

/** Thrown once: who sends much of it must not be slower for it than the network. */
let thrown: Uint8Array | undefined

/** So many octets of it, from somewhere in it. */
function noise(length: number, dice: Dice): Uint8Array {
  thrown ??= Uint8Array.from({ length: 131_072 }, () => between(dice, 0, 255))
  const from = between(dice, 0, thrown.length - length)
  return thrown.subarray(from, from + length)
}

/** The same answer with every number and text another, under an id that is a guess. */
function forged(answer: Uint8Array, dice: Dice): Uint8Array {
  const decoded = decodeMessage(answer)
  if (!decoded.ok || decoded.message.pdu.type !== 'response') return answer
  const { version, community, pdu } = decoded.message
  const varbinds = pdu.varbinds.map(({ oid }): Varbind => ({ oid, value: { type: 'integer', value: 666 } }))
  const id = between(dice, 0, 2_147_483_647)
  return encodeResponse({ version, community, id, errorStatus: 0, errorIndex: 0, varbinds })
}
