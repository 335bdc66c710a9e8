/** The wrapping of v1 and v2c: version and community, which say who asks and prove nothing (RFC 1157 section 4, RFC 1901). */
import { lengthOctets, sameOctets, TAG, Writer } from './ber.ts'
import type { Flight } from './flight.ts'
import { type Frame, PDU, VERSION } from './frame.ts'
import type { Head, Opened } from './head.ts'
import type { Version } from './message.ts'
import type { Question } from './question.ts'

/** Version and community, as they stand in every message to one device. */
export class CommunityHead implements Head {
  readonly version: number
  readonly #community: Uint8Array
  readonly #bytes: Uint8Array

  constructor(version: Version, community: string) {
    this.version = VERSION[version]
    this.#community = new TextEncoder().encode(community)
    const writer = new Writer()
    writer.element(TAG.octets, this.#community)
    writer.signed(TAG.integer, this.version)
    this.#bytes = writer.take()
  }

  /** The message of a question whose id is still to be filled in, and where its four octets begin. */
  template(question: Question): { message: Uint8Array; idAt: number } {
    const message = this.datagram({ question, id: 0 })
    return { message, idAt: message.length - question.pdu.length + question.idAt }
  }

  datagram({ question, id }: Pick<Flight, 'question' | 'id'>): Uint8Array {
    const { pdu } = question
    const head = this.#bytes
    const length = head.length + pdu.length
    const start = 1 + lengthOctets(length)
    const bytes = Buffer.allocUnsafe(start + length)
    bytes[0] = TAG.sequence
    if (start === 2) bytes[1] = length
    else if (start === 3) {
      bytes[1] = 0x81
      bytes[2] = length
    } else {
      bytes[1] = 0x82
      bytes[2] = length >>> 8
      bytes[3] = length
    }
    bytes.set(head, start)
    bytes.set(pdu, start + head.length)
    bytes.writeInt32BE(id, start + head.length + question.idAt)
    return bytes
  }

  open(frame: Frame): Opened {
    if (!sameOctets(frame.bytes, frame.communityStart, frame.communityEnd, this.#community)) return 'wrongCommunity'
    return frame.pdu === PDU.response ? 'opened' : 'notResponse'
  }
}

/** Communities remembered; a fleet uses a few. */
const HEADS = 64

/** Makes heads, and remembers those in use. */
export class CommunityHeads {
  readonly #heads = new Map<string, CommunityHead>()

  get(version: Version, community: string): CommunityHead {
    const key = `${version} ${community}`
    const known = this.#heads.get(key)
    if (known !== undefined) return known
    const head = new CommunityHead(version, community)
    if (this.#heads.size >= HEADS) this.#heads.clear()
    this.#heads.set(key, head)
    return head
  }
}
