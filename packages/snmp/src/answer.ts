/**
 * Does this answer answer this question? Names are compared as octets with those asked, in order and in number; a device
 * that answers something else is not believed in anything.
 */
import { sameOctets, TAG } from './ber.ts'
import type { Flight, Reply } from './flight.ts'
import { type Frame, STRIDE } from './frame.ts'
import type { Oid } from './oid.ts'
import { oidAt } from './pdu.ts'
import type { Varbind } from './value.ts'
import { ArrivedVarbind } from './varbind.ts'

/** Judges a Response frame that matched a flight by id, address and port; nothing means that its octets are malformed after all. */
export function judgeAnswer(frame: Frame, flight: Flight): Reply | undefined {
  if (frame.status !== 0) return { ok: false, reason: 'status', status: frame.status, index: frame.index }
  const { kind, oids, most } = flight.question
  if (kind === 'bulk' ? frame.count > most : frame.count !== most) {
    return unfit(`${frame.count} objects came for ${most}`)
  }
  // Long enough from the start: an array that grows is copied four times for a list of forty.
  const varbinds = new Array<Varbind>(frame.count)
  for (let at = 0; at < frame.count; at++) {
    const asked = kind === 'get' ? oids[at] : undefined
    const oid = nameOf(frame, at * STRIDE, asked)
    if (oid === undefined) return undefined
    if (asked !== undefined && oid !== asked) return unfit(`${oid.text} came for ${asked.text}`)
    if (frame.spots[at * STRIDE + 4] === TAG.null) return unfit(`${oid.text} came without a value`)
    varbinds[at] = new ArrivedVarbind(oid, frame, at * STRIDE)
  }
  if (frame.impossible < 0) return { ok: true, varbinds }
  return unfit(`the value of ${varbinds[frame.impossible]?.oid.text} is out of its type's range`)
}

/** The name at a spot: the asked instance itself if its octets are the same. */
function nameOf(frame: Frame, spot: number, asked: Oid | undefined): Oid | undefined {
  const start = frame.spots[spot] ?? 0
  if (asked !== undefined && sameOctets(frame.bytes, start, frame.spots[spot + 1] ?? 0, asked.bytes)) return asked
  return oidAt(frame, spot)
}

function unfit(detail: string): Reply {
  return { ok: false, reason: 'malformed', detail }
}
