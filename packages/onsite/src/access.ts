/**
 * By what an address is asked: the SNMPv3 users and communities of the first entry of the settings that holds it, or, where none does, the
 * communities for everybody else. Nothing of another entry is ever tried at it: a credential is shown only where it was meant to be.
 */
import { createHash } from 'node:crypto'
import { Secret, type User } from '@platen/snmp'
import { type AccessUser, openUserSecret, type SealingKey, type Settings } from '@platen/wire'
import { parseAddress, parseRange } from './addresses.ts'
import type { Run } from './runs.ts'

/** A user to ask as. */
export interface UserMeans {
  /** What is remembered of it: the same under other settings as long as it is this user. */
  readonly credential: string
  readonly name: string
  readonly context: string
  /** 0 nothing, 1 signed, 2 signed and enciphered. */
  readonly level: 0 | 1 | 2
  /** Null where its passwords cannot be opened: it is in the settings and cannot be used. */
  readonly user: User | null
}

/** A community to ask by. */
export interface CommunityMeans {
  readonly credential: string
  readonly community: Secret
}

/** All that one address may be asked by, in order. */
export interface Means {
  readonly users: readonly UserMeans[]
  readonly communities: readonly CommunityMeans[]
}

interface Entry {
  readonly runs: readonly Run[]
  readonly means: Means
}

/** Which address is asked by what. */
export class Access {
  readonly #entries: readonly Entry[]
  readonly #others: Means

  constructor(entries: readonly Entry[], others: Means) {
    this.#entries = entries
    this.#others = others
  }

  /** By these communities and nothing else, whatever the address. */
  static byCommunities(communities: readonly string[]): Access {
    return new Access([], { users: [], communities: communities.map(communityMeans) })
  }

  /** What addresses are asked by, everybody else's at the end. */
  get all(): readonly Means[] {
    return [...this.#entries.map(({ means }) => means), this.#others]
  }

  of(address: string): Means {
    if (this.#entries.length === 0) return this.#others
    const place = parseAddress(address)
    const isIn = ({ from, to }: Run) => place !== null && from <= place && place <= to
    return this.#entries.find(({ runs }) => runs.some(isIn))?.means ?? this.#others
  }
}

/** Whose passwords are opened, and by which key. */
export interface AccessOwner {
  readonly onsite: string
  readonly sealingKey: SealingKey
}

/** Opens what the settings have. What cannot be used is left out and told as a problem in plain words. */
export async function openAccess(
  settings: Pick<Settings, 'access' | 'communities'>,
  owner: AccessOwner | null,
): Promise<{ readonly access: Access; readonly problems: readonly string[] }> {
  const problems: string[] = []
  const entries: Entry[] = []
  for (const { ranges, users, communities } of settings.access) {
    const runs = ranges.flatMap((text) => {
      const parsed = parseRange(text)
      if (!parsed.ok) problems.push(`range ${text} of the credentials is not used: ${parsed.reason}`)
      return parsed.ok ? [parsed.range] : []
    })
    const opened = await Promise.all(users.map((user) => userMeans(user, owner)))
    for (const { user, name } of opened) {
      if (user === null)
        problems.push(
          `the passwords of SNMPv3 user ${name} cannot be opened here, so it is not used: enter them again in Central`,
        )
    }
    entries.push({ runs, means: { users: opened, communities: communities.map(communityMeans) } })
  }
  const others = { users: [], communities: settings.communities.map(communityMeans) }
  return { access: new Access(entries, others), problems }
}

function communityMeans(community: string): CommunityMeans {
  return { credential: named('community', community), community: new Secret(community) }
}

async function userMeans(user: AccessUser, owner: AccessOwner | null): Promise<UserMeans> {
  const { name, context, auth, privacy } = user
  const level = privacy !== null ? 2 : auth !== null ? 1 : 0
  // Its passwords and protocols may change and it is still this user.
  return { credential: named('user', name, context), name, context, level, user: await openUser(user, owner) }
}

async function openUser(user: AccessUser, owner: AccessOwner | null): Promise<User | null> {
  const { name, auth, privacy, sealed } = user
  if (auth === null || sealed === null) return { name }
  if (owner === null) return null
  const passwords = await openUserSecret({ onsite: owner.onsite, name, auth, privacy }, sealed, owner.sealingKey)
  if (passwords === null || (privacy === null) !== (passwords.privacy === null)) return null
  const signing = { protocol: auth, password: new Secret(passwords.auth) }
  if (privacy === null || passwords.privacy === null) return { name, auth: signing }
  return { name, auth: signing, privacy: { protocol: privacy, password: new Secret(passwords.privacy) } }
}

/** Enough of a hash to tell 80 credentials apart; kept in the encrypted database only, since communities can be guessed. */
function named(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
