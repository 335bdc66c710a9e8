/** What the signed envelope of a device's newest reading still says: the raw answers that fed its numbers, and the proof of that reading. */
import { type LineProof, proveLine, readingsOf, readKept, toBase64url } from '@platen/wire'
import type { OnsiteDoor } from '../intake/onsites.ts'
import type { FoundDevice } from './device.ts'

/** The answers by object of the device's newest reading. */
export async function observationOf(door: OnsiteDoor, found: FoundDevice): Promise<Readonly<Record<string, string>>> {
  const read = await readKept(found.envelope, keysFrom(door))
  const fate = read.ok ? readingsOf(read.body)[found.item] : undefined
  return fate?.ok === true ? fate.reading.observation : {}
}

/** The proof of the device's newest reading with the Onsite's raw public key in base64url, to be compared with the one the Onsite itself shows; null where none holds. */
export async function proofOf(
  door: OnsiteDoor,
  found: FoundDevice,
): Promise<(LineProof & { readonly signingKey: string }) | null> {
  const proof = await proveLine(found.envelope, found.item, keysFrom(door))
  const onsite = await door.find(found.device.onsite.id)
  return proof === null || onsite === null ? null : { ...proof, signingKey: toBase64url(onsite.signingKey) }
}

function keysFrom(door: OnsiteDoor) {
  return { signingKeyOf: async (onsite: string) => (await door.find(onsite))?.signingKey ?? null }
}
