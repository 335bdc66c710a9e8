/**
 * By what credentials SNMP asks which addresses: SNMPv3 users and communities for each range, strongest first. Passwords are in here only as
 * sealed to the one Onsite that needs them (user-secret.ts): Central never has them to lose. Runs in a browser.
 */
import { z } from 'zod'
import { name, text } from './text.ts'

/** Single addresses, networks and from-to ranges of one list. A site with more is split between Onsites. */
const rangesMost = 1000
/** Communities that one address is asked by, at most. */
export const communitiesMost = 16
/** Ranges with credentials of their own. */
export const accessMost = 64
/** Users that one address is asked as, at most: each costs a silent address its tries. */
const usersMost = 8
/** Users, and communities, of all entries together: an answer holds them all. */
const credentialsMost = 64
/** Octets of an SNMPv3 password: RFC 3414 section 11.2 has the least. */
const passwordBounds = { least: 8, most: 128 } as const

/** Ways of signing, weakest first: RFC 3414 and RFC 7860. */
export const authProtocols = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const
/** Ways of enciphering, weakest first: RFC 3414, RFC 3826, and AES with longer keys by the drafts of Blumenthal (`b`) and Reeder (`r`). */
export const privacyProtocols = ['des', 'aes128', 'aes192b', 'aes256b', 'aes192r', 'aes256r'] as const

/** Single addresses, `a-b` and CIDR; the local scope file has the last word. */
export const rangesSchema = z
  .array(z.string().regex(/^[0-9a-fA-F.:/-]{1,100}$/, 'not a range of addresses'))
  .max(rangesMost)

/** A user without its passwords. The name has 1 to 32 octets (RFC 3414 section 5); without `auth` nothing is signed, without `privacy` nothing hidden. */
export const userShape = {
  name: name(32).refine((text) => octetsOf(text) <= 32, 'more than 32 octets'),
  context: text(32).default(''),
  auth: z.enum(authProtocols).nullable(),
  privacy: z.enum(privacyProtocols).nullable(),
}

/** A user of SNMPv3. `sealed` is what `sealUserSecret` made of the passwords; null for a user who has none. */
const userSchema = z
  .strictObject({
    ...userShape,
    sealed: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,2000}$/, 'not a sealed secret')
      .nullable(),
  })
  .refine(({ auth, privacy }) => auth !== null || privacy === null, {
    error: 'privacy without auth',
    path: ['privacy'],
  })
  .refine(({ auth, sealed }) => (auth === null) === (sealed === null), { error: 'no passwords', path: ['sealed'] })
/** One user as settings have it. */
export type AccessUser = z.infer<typeof userSchema>

/** The entry's own fields around its users, which a change of settings has in another form. */
export function entrySchema<User extends z.ZodType<{ readonly name: string; readonly context: string }>>(user: User) {
  return z
    .strictObject({
      ranges: rangesSchema.min(1),
      users: z.array(user).max(usersMost),
      communities: z.array(name(255)).max(communitiesMost),
    })
    .refine(({ users, communities }) => users.length + communities.length > 0, {
      error: 'nothing to ask by',
      path: ['communities'],
    })
    .refine(({ users }) => new Set(users.map(({ name, context }) => `${name}\0${context}`)).size === users.length, {
      error: 'a user twice',
      path: ['users'],
    })
}

/** What all entries together may hold, so that settings fit into an answer. */
export function accessSchema<
  Entry extends z.ZodType<{
    readonly ranges: readonly string[]
    readonly users: readonly unknown[]
    readonly communities: readonly string[]
  }>,
>(entry: Entry) {
  const sum = (counts: readonly number[]) => counts.reduce((all, one) => all + one, 0)
  return z
    .array(entry)
    .max(accessMost)
    .refine((all) => sum(all.map(({ ranges }) => ranges.length)) <= rangesMost, `more than ${rangesMost} ranges`)
    .refine((all) => sum(all.map(({ users }) => users.length)) <= credentialsMost, `more than ${credentialsMost} users`)
    .refine(
      (all) => sum(all.map(({ communities }) => communities.length)) <= credentialsMost,
      `more than ${credentialsMost} communities`,
    )
}

/** The list as settings have it: the first entry that holds an address is used for it, and no other. */
export const settingsAccessSchema = accessSchema(entrySchema(userSchema))

/** The passwords of a user as they are given, once. They must differ: who learns one must not have the other (RFC 3414 section 11.2). */
export const userPasswordsSchema = z
  .strictObject({ auth: passwordText(), privacy: passwordText().nullable() })
  .refine(({ auth, privacy }) => auth !== privacy, { error: 'the same password twice', path: ['privacy'] })
export type UserPasswords = z.infer<typeof userPasswordsSchema>

function passwordText() {
  const { least, most } = passwordBounds
  return text(most).refine(
    (given) => octetsOf(given) >= least && octetsOf(given) <= most,
    `not ${least} to ${most} octets`,
  )
}

function octetsOf(given: string): number {
  return new TextEncoder().encode(given).length
}
