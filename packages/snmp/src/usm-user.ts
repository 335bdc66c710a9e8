/** Who asks on v3: a name, and the passwords that prove it and hide what is said (RFC 3414 section 2.1). */
import type { Secret } from './secret.ts'
import { FLAG, MOST_USER_OCTETS } from './secure-head.ts'
import type { Password } from './usm-keys.ts'
import type { AuthProtocol, PrivacyProtocol } from './usm-protocols.ts'

/** RFC 3411 section 3.4.3. */
export type SecurityLevel = 'noAuthNoPriv' | 'authNoPriv' | 'authPriv'

/**
 * A user as a device knows it: with `auth` messages are signed, with `privacy` enciphered too. What is given here is the
 * level of every message, both ways: nothing weaker is sent or believed. Passwords have at least eight octets (RFC 3414
 * section 11.2).
 */
export interface User {
  /** 1 to 32 octets. */
  name: string
  auth?: { protocol: AuthProtocol; password: Secret | string }
  privacy?: { protocol: PrivacyProtocol; password: Secret | string }
}

const LEAST_PASSWORD = 8

/** A user, checked and in octets. */
export interface Credentials {
  readonly name: Uint8Array
  /** As in msgFlags: 0, 1 or 3. */
  readonly level: number
  readonly auth: Password | undefined
  readonly privacy: { readonly protocol: PrivacyProtocol; readonly password: Password } | undefined
}

/** @throws RangeError on a name or password of the wrong length, and on privacy without authentication. */
export function credentialsOf({ name, auth, privacy }: User): Credentials {
  const octets = new TextEncoder().encode(name)
  if (octets.length === 0 || octets.length > MOST_USER_OCTETS) throw new RangeError(`'${name}' is no user name`)
  if (auth === undefined && privacy !== undefined) throw new RangeError('there is no privacy without authentication')
  const signed = auth && { protocol: auth.protocol, octets: passwordOf(auth.password) }
  const hidden = auth &&
    privacy && {
      protocol: privacy.protocol,
      password: { protocol: auth.protocol, octets: passwordOf(privacy.password) },
    }
  return { name: octets, level: (signed ? FLAG.auth : 0) | (hidden ? FLAG.priv : 0), auth: signed, privacy: hidden }
}

function passwordOf(password: Secret | string): Uint8Array {
  const octets = new TextEncoder().encode(typeof password === 'string' ? password : password.reveal())
  if (octets.length >= LEAST_PASSWORD) return octets
  throw new RangeError(`a password has fewer than ${LEAST_PASSWORD} octets`)
}

/** The level's name. */
export function levelName(level: number): SecurityLevel {
  if ((level & FLAG.priv) !== 0) return 'authPriv'
  return (level & FLAG.auth) === 0 ? 'noAuthNoPriv' : 'authNoPriv'
}
