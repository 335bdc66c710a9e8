/**
 * Seals what is to be told to Central: the header says who, where in the chain, under which scope and instructions; the body goes to
 * Central's key of the moment and can be read by nobody else, this Onsite included.
 */
import { type Contact, contactBody, fromHex, type HeaderDraft, type SealedEnvelope, sealEnvelope } from '@platen/wire'
import type { AccessOwner } from './access.ts'
import type { Draft, Place } from './outbox.ts'
import type { Fact, Store } from './store.ts'
import { type Clock, moment } from './world.ts'

/** What every header says besides its place. */
export interface SealingContext {
  readonly store: Store
  readonly clock: Clock
  /** Program name and version. */
  readonly program: string
  readonly scopeHash: string
  /** Version of the instructions, `none` where there are none. */
  readonly instructions: string
}

/** A draft of an envelope for a body of readings, to be appended to the outbox. */
export function readingsDraft(context: SealingContext, body: Uint8Array, count: number): Draft {
  return draft(context, { kind: 'readings', body, count })
}

/** A draft of an envelope that says how this Onsite is doing. */
export function contactDraft(context: SealingContext, contact: Contact): Draft {
  return draft(context, { kind: 'contact', body: contactBody(contact), count: 1 })
}

function draft(context: SealingContext, content: { kind: Draft['kind']; body: Uint8Array; count: number }): Draft {
  const at = moment(context.clock.wall())
  const { life } = context.clock
  const monotonic = Math.max(0, context.clock.now())
  const { kind, body, count } = content
  const seal = async (place: Place): Promise<SealedEnvelope> => {
    const identity = context.store.get('identity')
    const central = context.store.get('central')
    if (identity === null || central === null) throw new Error('sealing before enrolment')
    const header: HeaderDraft = {
      onsite: identity.onsiteId,
      ...place,
      kind,
      at,
      life,
      monotonic,
      scope: context.scopeHash,
      program: context.program,
      instructions: context.instructions,
    }
    return sealEnvelope({ header, body, signingKey: rawPair(identity.signing), recipient: recipientOfCentral(central) })
  }
  return { kind, at, count, seal }
}

/** Whose passwords this Onsite can open, and by which key; null before enrolment. */
export function accessOwner(store: Store): AccessOwner | null {
  const identity = store.get('identity')
  return identity === null ? null : { onsite: identity.onsiteId, sealingKey: rawPair(identity.sealing) }
}

/** A stored key pair as raw bytes. */
export function rawPair(pair: Fact<'identity'>['signing']): { publicKey: Uint8Array; privateKey: Uint8Array } {
  return { publicKey: fromHex(pair.publicKey), privateKey: fromHex(pair.privateKey) }
}

function recipientOfCentral({ sealing }: Fact<'central'>): { id: Uint8Array; publicKey: Uint8Array } {
  return { id: fromHex(sealing.id), publicKey: fromHex(sealing.publicKey) }
}
