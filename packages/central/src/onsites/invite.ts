/** A new Onsite account for people to hand out: its name on the line, its first settings, and the password that is shown once. */
import { makePassword, type Settings, secretLength, toHex } from '@platen/wire'
import type { Scope } from '../access/scope.ts'
import type { SlowHash } from '../access/slow-hash.ts'
import type { NewOnsiteAnswer } from '../api.ts'
import type { Database } from '../db/database.ts'
import { hashSecret } from '../enrol/secret.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Clock, Dice } from '../world.ts'
import { addOnsite, listOnsites } from './store.ts'

/** How long an enrolment password is good for. */
const openFor = 72 * 3_600_000
const idBytes = 16

/** What an invitation is made with. `publicUrl` is where Onsites reach this Central. */
export interface InviteParts {
  readonly database: Database
  readonly keyring: Keyring
  readonly clock: Clock
  readonly dice: Dice
  readonly slowHash: SlowHash
  readonly publicUrl: () => string
}

/** The invitation, or why there is none. */
export type Invited =
  | { readonly ok: true; readonly invitation: NewOnsiteAnswer }
  | { readonly ok: false; readonly reason: 'notFound' | 'busy' }

/** Makes the account and its password. Only the slow hash of the secret stays here. */
export async function inviteOnsite(
  scope: Scope,
  parts: InviteParts,
  wanted: { readonly name: string; readonly site: bigint; readonly email: string },
): Promise<Invited> {
  const { database, keyring, clock, dice } = parts
  const secret = dice.bytes(secretLength)
  const secretHash = await hashSecret(parts.slowHash, keyring.pepper, { email: wanted.email, secret })
  if (secretHash === null) return { ok: false, reason: 'busy' }
  const id = toHex(dice.bytes(idBytes))
  const now = clock.now()
  const expiresAt = now + openFor
  const settings = firstSettings(wanted.name)
  if (!(await addOnsite(scope, database, { ...wanted, id, secretHash, settings, now, expiresAt }))) {
    return { ok: false, reason: 'notFound' }
  }
  const [onsite] = await listOnsites(scope, database, now, id)
  if (onsite === undefined) throw new Error('the account just made is not in the scope it was made in')
  const server = parts.publicUrl()
  return {
    ok: true,
    invitation: {
      onsite,
      email: wanted.email,
      password: makePassword({ secret, channelKey: keyring.channel.publicKey }),
      server,
      expiresAt: new Date(expiresAt).toISOString(),
      command: `platen-onsite enrol --server ${server} --email ${wanted.email}`,
    },
  }
}

/**
 * Settings until somebody changes them: the whole agreed scope, nothing masked. Meters and supplies once an hour as before; status every
 * quarter of an hour, since a jam is news for people in the building and costs a printer two questions; every agreed address four-hourly, since
 * new printers are not put up more often and most of a scope is silent. Hours and closing wait for somebody who knows them, and so does the
 * time zone: places have none.
 */
function firstSettings(name: string): Settings {
  return {
    version: 1,
    name,
    intervalMinutes: 60,
    looks: { statusMinutes: 15, suppliesMinutes: null, inventoryMinutes: 240 },
    hours: null,
    closing: null,
    zone: 'UTC',
    packetsPerSecond: 600,
    ranges: [],
    communities: ['public'],
    access: [],
    duty: 'active',
    partner: null,
    timeoutMs: 1000,
    tries: 2,
    masks: { address: false, hostName: false, mac: false, location: false, contact: false },
  }
}
