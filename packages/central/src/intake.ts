/**
 * The line on Central's side, in order: open, arrange, store, answer. Cheap and safe checks come first, what is bad is kept aside by name,
 * and a receipt is given only for what the database has committed.
 */
import { type Answer, type Refusal, recipientOf, toBase64url, toHex } from '@platen/wire'
import type { Partitions } from './db/partitions.ts'
import type { Statistics } from './db/statistics.ts'
import type { InstructionShelf } from './instructions/shelf.ts'
import { arrange } from './intake/arrange.ts'
import { monthOf } from './intake/fold.ts'
import type { Ingest, Ingested } from './intake/ingest.ts'
import type { DoorOnsite, OnsiteDoor } from './intake/onsites.ts'
import { openDelivery } from './intake/open.ts'
import type { Keyring } from './keys/keyring.ts'
import type { Clock } from './world.ts'

/** What intake works with. */
export interface IntakeParts {
  readonly door: OnsiteDoor
  readonly partitions: Partitions
  readonly ingest: Ingest
  readonly statistics: Statistics
  readonly keyring: Keyring
  readonly shelf: InstructionShelf
  readonly clock: Clock
}

/** What to answer the Onsite, or the name of the refusal; nothing of a refused delivery is stored. */
export type TakenIn =
  | {
      readonly ok: true
      readonly onsite: DoorOnsite
      readonly answer: Omit<Answer, 'request'>
      readonly stored: Ingested
      readonly closed: readonly { readonly reason: Refusal; readonly detail: string }[]
    }
  | { readonly ok: false; readonly refused: Refusal; readonly detail: string }

/** Takes in the bytes of one delivery. */
export async function takeIn(parts: IntakeParts, bytes: Uint8Array): Promise<TakenIn> {
  const opened = await openDelivery(parts, bytes)
  if (!opened.ok) return opened
  const { onsite, parcels, closed } = opened
  const receivedAt = parts.clock.now()
  const arranged = arrange(parcels, onsite.id)
  await parts.partitions.ensure('envelope', [monthOf(receivedAt)])
  const stored = await parts.ingest.store({ tenant: onsite.tenant, onsite: onsite.id, arranged, receivedAt })
  if (!stored.ok) return { ok: false, refused: stored.reason, detail: onsite.id }
  await parts.statistics.note(stored.readings)
  return { ok: true, onsite, stored, closed, answer: await answerOf(parts, stored) }
}

/** Settings and the newest version of instructions go with every answer: they are small, and an Onsite restored from a backup has old ones. */
async function answerOf(parts: IntakeParts, stored: Ingested): Promise<Omit<Answer, 'request'>> {
  const offer = await parts.shelf.offer()
  const { id, publicKey } = recipientOf(parts.keyring.current().publicKey)
  return {
    serverTime: new Date(parts.clock.now()).toISOString(),
    receipts: [...stored.receipts],
    settings: stored.settings,
    sealing: { id: toHex(id), publicKey: toBase64url(publicKey) },
    ...(offer === null ? {} : { instructions: offer }),
  }
}
