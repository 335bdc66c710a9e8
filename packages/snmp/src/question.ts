/**
 * What is asked, encoded once: a PDU whose request id is filled in for each device. Reading the same objects of a thousand
 * devices encodes their names a single time, which is most of what makes this client quick.
 */
import { TAG, Writer } from './ber.ts'
import { PDU } from './frame.ts'
import type { Oid } from './oid.ts'

/** Ids have four octets in their shortest form: agents exist that mind padding, and lengths stay the same. */
const FIRST_ID = 0x0080_0000
const IDS = 0x8000_0000 - FIRST_ID

/** A request-id or msgID from dice of at least 31 bits. */
export function idFrom(dice: () => number): number {
  // Numbers of 31 bits are whole ones to V8; the remainder of a larger one cost as much as sending the datagram does.
  return FIRST_ID + ((dice() & 0x7fff_ffff) % IDS)
}

export type QuestionKind = 'get' | 'next' | 'bulk'

/** One question, whoever it is put to: its PDU with a request id of zeros, and what a right answer must name. */
export interface Question {
  readonly kind: QuestionKind
  readonly oids: readonly Oid[]
  /** The most varbinds a right answer can hold. */
  readonly most: number
  readonly pdu: Uint8Array
  /** Where in `pdu` the four octets of the request id begin. */
  readonly idAt: number
}

/** How often the objects of a GETBULK are followed: the first `once` a single time (non-repeaters), all others `repetitions` times. */
export interface Rows {
  readonly once: number
  readonly repetitions: number
}

/** Of a GET or GETNEXT. */
export const NO_ROWS: Rows = { once: 0, repetitions: 0 }

/** Encodes a question; the list is copied. `rows` count for 'bulk' only. */
export function questionOf(kind: QuestionKind, oids: readonly Oid[], rows: Rows): Question {
  const writer = new Writer()
  for (let at = oids.length - 1; at >= 0; at--) writeAsked(writer, oids[at])
  writer.wrap(TAG.sequence, 0)
  const { once, repetitions } = kind === 'bulk' ? rows : NO_ROWS
  writer.signed(TAG.integer, repetitions)
  writer.signed(TAG.integer, once)
  const afterId = writer.length
  writer.element(TAG.integer, new Uint8Array(4))
  writer.wrap(PDU[kind], 0)
  const most = kind === 'bulk' ? once + (oids.length - once) * repetitions : oids.length
  return { kind, oids: [...oids], most, pdu: writer.take(), idAt: writer.length - afterId - 4 }
}

function writeAsked(writer: Writer, oid: Oid | undefined): void {
  if (oid === undefined) return
  const since = writer.length
  writer.wrap(TAG.null, since)
  writer.element(TAG.oid, oid.bytes)
  writer.wrap(TAG.sequence, since)
}

/** Lists beginning with the same object that are remembered at once; a round asks a device a handful of them. */
const LISTS_A_NAME = 16

/** Remembers the questions of GETs by the very objects asked (the same instances in the same order), as long as those live. */
export class QuestionCache {
  readonly #byFirst = new WeakMap<Oid, Question[]>()

  get(oids: readonly Oid[]): Question {
    const [first] = oids
    if (first === undefined) return questionOf('get', oids, NO_ROWS)
    const known = this.#byFirst.get(first)
    const found = known?.find((question) => sameInstances(question.oids, oids))
    if (found !== undefined) return found
    const question = questionOf('get', oids, NO_ROWS)
    if (known === undefined) this.#byFirst.set(first, [question])
    else {
      if (known.length >= LISTS_A_NAME) known.shift()
      known.push(question)
    }
    return question
  }
}

function sameInstances(one: readonly Oid[], other: readonly Oid[]): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}
