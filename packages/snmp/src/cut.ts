/**
 * Answers that were cut on the way, by a device whose buffer is smaller than its answer or by a network that lost a fragment:
 * they announce more octets than came. Their head still says whom they answer.
 */
import { TAG } from './ber.ts'
import { VERSION } from './frame.ts'

/** How a cut datagram begins: octets announced, and the first integers of its head. */
interface CutAnswer {
  readonly announced: number
  readonly version: number
  /** request-id on v1 and v2c, msgID on v3. */
  readonly id: number
}

/** What a datagram that is cut after its id says of itself; nothing for whole datagrams, other PDUs and other nonsense. */
export function cutAnswer(bytes: Uint8Array, responseTag: number): CutAnswer | undefined {
  const steps = new Steps(bytes)
  const announced = steps.enter(TAG.sequence)
  if (announced === undefined || announced <= bytes.length) return undefined
  const version = steps.integer()
  if (version === VERSION.v3) {
    if (steps.enter(TAG.sequence) === undefined) return undefined
  } else if (steps.pass(TAG.octets) === undefined || steps.enter(responseTag) === undefined) return undefined
  const id = steps.integer()
  return version === undefined || id === undefined ? undefined : { announced, version, id }
}

/** Steps over elements whose content must be there, or may be cut where it is entered. */
class Steps {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Goes into an element; where it says that it ends. */
  enter(tag: number): number | undefined {
    const bytes = this.#bytes
    if (bytes[this.#at] !== tag) return undefined
    let length = bytes[this.#at + 1] ?? 0
    this.#at += 2
    if (length > 0x7f) {
      const octets = length & 0x7f
      // Four octets of length already say more than a datagram can hold.
      if (octets === 0 || octets > 4) return undefined
      length = 0
      for (const last = this.#at + octets; this.#at < last; this.#at++) length = length * 256 + (bytes[this.#at] ?? 0)
    }
    return this.#at > bytes.length ? undefined : this.#at + length
  }

  /** Goes past an element that is all there. */
  pass(tag: number): number | undefined {
    const end = this.enter(tag)
    if (end === undefined || end > this.#bytes.length) return undefined
    this.#at = end
    return end
  }

  integer(): number | undefined {
    const end = this.enter(TAG.integer)
    if (end === undefined || end > this.#bytes.length || end - this.#at > 4 || end === this.#at) return undefined
    let value = ((this.#bytes[this.#at] ?? 0) << 24) >> 24
    for (this.#at++; this.#at < end; this.#at++) value = (value << 8) | (this.#bytes[this.#at] ?? 0)
    return value
  }
}
