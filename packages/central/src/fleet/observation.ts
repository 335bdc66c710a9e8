/**
 * The raw answers that fed a device's numbers. They are kept once, in the signed envelope, and read from there for the one page that
 * shows them; when the sealing key of that epoch is destroyed, they can no longer be read and are shown as none.
 */
import { openEnvelope, readingsOf } from '@platen/wire'
import type { OnsiteDoor } from '../intake/onsites.ts'
import type { Keyring } from '../keys/keyring.ts'

/** The answers by object of line `item` of an envelope; empty where it cannot be opened any more. */
export async function observationOf(
  parts: { readonly door: OnsiteDoor; readonly keyring: Keyring },
  envelope: Uint8Array,
  item: number,
): Promise<Readonly<Record<string, string>>> {
  const opened = await openEnvelope(envelope, {
    sealingKeys: (id) => parts.keyring.sealingKey(id),
    signingKeyOf: async (onsite) => (await parts.door.find(onsite))?.signingKey ?? null,
  })
  if (!opened.ok) return {}
  const fate = readingsOf(opened.body)[item]
  return fate?.ok === true ? fate.reading.observation : {}
}
