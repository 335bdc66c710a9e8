/**
 * The first half of intake: from the bytes of a delivery to parcels whose sender is proved. The order is that of design/wire.md, cheap and
 * safe first: cap, open, find the Onsite, verify, inflate, parse, schema. Nothing here touches what is stored.
 */
import {
  type Contact,
  contactOf,
  type EnvelopeOutcome,
  openEnvelope,
  type ReadingFate,
  type Refusal,
  readingsOf,
  type SignedEnvelope,
  unpackDelivery,
} from '@platen/wire'
import type { Keyring } from '../keys/keyring.ts'
import type { DoorOnsite, OnsiteDoor } from './onsites.ts'

/** An envelope whose signature was right, with what it says or why it says nothing. */
export type Parcel = SignedEnvelope &
  (
    | { readonly kind: 'readings'; readonly fates: readonly ReadingFate[] }
    | { readonly kind: 'contact'; readonly contact: Contact }
    | { readonly kind: 'bad'; readonly reason: string; readonly detail: string }
  )

/** A delivery of one Onsite, opened; `closed` names why envelopes in it could not be opened. Or why none of it was taken. */
export type OpenedDelivery =
  | {
      readonly ok: true
      readonly onsite: DoorOnsite
      readonly parcels: readonly Parcel[]
      readonly closed: readonly { readonly reason: Refusal; readonly detail: string }[]
    }
  | { readonly ok: false; readonly refused: Refusal; readonly detail: string }

/** Bytes that the bodies of one delivery may inflate to; what comes after is left for the next one, unreceipted. Memory is some ten times that. */
const inflatedMost = 24 * 1024 * 1024

/** Opens a delivery. Refused as a whole where it is no delivery, mixes Onsites, comes from a revoked one, or nothing in it opens. */
export async function openDelivery(
  parts: { readonly door: OnsiteDoor; readonly keyring: Keyring },
  bytes: Uint8Array,
): Promise<OpenedDelivery> {
  const delivery = unpackDelivery(bytes)
  if (!delivery.ok) return { ok: false, refused: delivery.reason, detail: delivery.detail }
  const onsites = new Map<string, DoorOnsite>()
  const parcels: Parcel[] = []
  const closed: { reason: Refusal; detail: string }[] = []
  let inflated = 0
  for (const envelope of delivery.envelopes) {
    if (inflated > inflatedMost) break
    const outcome = await openOne(parts, onsites, envelope)
    if (outcome.ok) inflated += outcome.body.length
    const parcel = parcelOf(outcome)
    if (parcel !== null) parcels.push(parcel)
    else if (!outcome.ok) closed.push({ reason: outcome.reason, detail: outcome.detail })
  }
  const [first] = closed
  if (parcels.length === 0) {
    return { ok: false, refused: first?.reason ?? 'notADelivery', detail: first?.detail ?? 'nothing in it' }
  }
  const names = new Set(parcels.map(({ header }) => header.onsite))
  const [name = ''] = names
  if (names.size > 1) return { ok: false, refused: 'mixedOnsites', detail: `${names.size} Onsites in one delivery` }
  const onsite = onsites.get(name)
  if (onsite === undefined) throw new Error('a signature was verified without a key')
  if (onsite.state === 'revoked') return { ok: false, refused: 'revoked', detail: name }
  return { ok: true, onsite, parcels, closed }
}

function openOne(
  parts: { readonly door: OnsiteDoor; readonly keyring: Keyring },
  onsites: Map<string, DoorOnsite>,
  bytes: Uint8Array,
): Promise<EnvelopeOutcome> {
  return openEnvelope(bytes, {
    sealingKeys: (id) => parts.keyring.sealingKey(id),
    signingKeyOf: async (name) => {
      const onsite = onsites.get(name) ?? (await parts.door.find(name))
      if (onsite === null) return null
      onsites.set(name, onsite)
      return onsite.signingKey
    },
  })
}

/** Null where the sender is not proved. A right signature around a bad body is kept aside and receipted, or it would come for ever. */
function parcelOf(outcome: EnvelopeOutcome): Parcel | null {
  const { signed } = outcome
  if (signed === null) return null
  if (!outcome.ok) return { ...signed, kind: 'bad', reason: outcome.reason, detail: outcome.detail }
  if (signed.header.kind === 'readings') return { ...signed, kind: 'readings', fates: readingsOf(outcome.body) }
  const contact = contactOf(outcome.body)
  return contact.ok
    ? { ...signed, kind: 'contact', contact: contact.contact }
    : { ...signed, kind: 'bad', reason: contact.reason, detail: contact.detail }
}
