/** Deliveries: how envelopes are put into one HTTP body, `"PD1" | (length (4, big-endian) | envelope)*`. No secret and no trust lives here. */
import { concat, readUint32, sameBytes, uint32, utf8 } from './bytes.ts'
import { envelopeMost } from './envelope.ts'
import { envelopesMost } from './messages.ts'

/** Bytes of one delivery: what an ordinary proxy lets pass, and what one worker of Central holds in memory at once. */
export const deliveryMost = 4 * 1024 * 1024

const magic = utf8('PD1')
const lengthBytes = 4

/** The envelopes of a delivery in order, or why there are none. */
export type DeliveryOutcome =
  | { readonly ok: true; readonly envelopes: readonly Uint8Array[] }
  | { readonly ok: false; readonly reason: 'tooLarge' | 'notADelivery'; readonly detail: string }

/** How many of the first envelopes fit one delivery, given their sizes in bytes. */
export function fitDelivery(sizes: readonly number[]): number {
  let total = magic.length
  let fit = 0
  for (const size of sizes.slice(0, envelopesMost)) {
    total += lengthBytes + size
    if (total > deliveryMost) break
    fit += 1
  }
  return fit
}

/** Packs 1 to 200 envelopes of at most 4 MiB together. @throws RangeError where they do not fit (ask `fitDelivery`). */
export function packDelivery(envelopes: readonly Uint8Array[]): Uint8Array {
  if (envelopes.length === 0 || fitDelivery(envelopes.map((one) => one.length)) < envelopes.length)
    throw new RangeError(`${envelopes.length} envelopes do not fit one delivery`)
  return concat(magic, ...envelopes.flatMap((envelope) => [uint32(envelope.length), envelope]))
}

/** Unpacks a delivery into views of its bytes. Total; all or nothing, since a cut delivery is sent again whole. */
export function unpackDelivery(bytes: Uint8Array): DeliveryOutcome {
  if (bytes.length > deliveryMost) return { ok: false, reason: 'tooLarge', detail: `${bytes.length} bytes` }
  const refuse = (detail: string) => ({ ok: false, reason: 'notADelivery', detail }) as const
  if (!sameBytes(bytes.subarray(0, magic.length), magic)) return refuse('it does not begin with PD1')
  const envelopes: Uint8Array[] = []
  let at = magic.length
  while (at < bytes.length) {
    if (envelopes.length === envelopesMost) return refuse(`more than ${envelopesMost} envelopes`)
    if (at + lengthBytes > bytes.length) return refuse('cut inside a length')
    const from = at + lengthBytes
    const end = from + readUint32(bytes, at)
    if (end > bytes.length || end - from > envelopeMost) return refuse(`an envelope of ${end - from} bytes`)
    envelopes.push(bytes.subarray(from, end))
    at = end
  }
  return envelopes.length > 0 ? { ok: true, envelopes } : refuse('no envelope')
}
