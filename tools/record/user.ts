/**
 * Who asks on SNMPv3, in the words of net-snmp's tools. Passwords come from the environment or from a file that nobody else may read, never
 * from the command line: what stands there every process of the machine can see, and shells remember it.
 */
import { readFile, stat } from 'node:fs/promises'
import { type AuthProtocol, type PrivacyProtocol, Secret, type User } from '@platen/snmp'

/** What the command line says of the user. */
export interface NamedUser {
  readonly name: string
  readonly auth: AuthProtocol | null
  readonly privacy: PrivacyProtocol | null
  readonly context: string
  /** A file with the passwords; null: they are in the environment. */
  readonly passwords: string | null
}

/** Names as snmpwalk's -a takes them. */
export const AUTH_NAMES: ReadonlyMap<string, AuthProtocol> = new Map([
  ['MD5', 'md5'],
  ['SHA', 'sha1'],
  ['SHA-224', 'sha224'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
])
/** Names as snmpwalk's -x takes them; `C` is the way Cisco makes long keys. */
export const PRIVACY_NAMES: ReadonlyMap<string, PrivacyProtocol> = new Map([
  ['DES', 'des'],
  ['AES', 'aes128'],
  ['AES-128', 'aes128'],
  ['AES-192', 'aes192b'],
  ['AES-256', 'aes256b'],
  ['AES-192-C', 'aes192r'],
  ['AES-256-C', 'aes256r'],
])

/** Each password's name in the environment and in a file (net-snmp's snmp.conf has the same). */
const PLACES = {
  auth: { variable: 'SNMP_AUTH_PASSWORD', word: 'defAuthPassphrase', protocol: '-a' },
  privacy: { variable: 'SNMP_PRIV_PASSWORD', word: 'defPrivPassphrase', protocol: '-x' },
} as const
/** RFC 3414 section 11.2. */
const SHORTEST = 8
/** Of a file's mode: anybody but its owner. */
const OTHERS = 0o077

/** The user with the passwords, or what is wrong with them. */
export async function userOf(
  named: NamedUser,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<User | string> {
  const lines = named.passwords === null ? '' : await textOf(named.passwords)
  if (typeof lines !== 'string') return lines.detail
  const found = (kind: keyof typeof PLACES): Secret | string => {
    const { variable, word, protocol } = PLACES[kind]
    const password = named.passwords === null ? environment[variable] : wordIn(lines, word)
    const place =
      named.passwords === null ? `the variable ${variable}` : `a line '${word} PASSWORD' in ${named.passwords}`
    if (password === undefined || password === '') return `${protocol} needs a password: ${place}`
    if (Buffer.byteLength(password) < SHORTEST) return `${place}: a password has at least ${SHORTEST} octets`
    return new Secret(password)
  }
  const auth = named.auth === null ? null : found('auth')
  if (typeof auth === 'string') return auth
  const privacy = named.privacy === null ? null : found('privacy')
  if (typeof privacy === 'string') return privacy
  return {
    name: named.name,
    ...(named.auth === null || auth === null ? {} : { auth: { protocol: named.auth, password: auth } }),
    ...(named.privacy === null || privacy === null ? {} : { privacy: { protocol: named.privacy, password: privacy } }),
  }
}

async function textOf(path: string): Promise<string | { readonly detail: string }> {
  try {
    const { mode } = await stat(path)
    if ((mode & OTHERS) !== 0) return { detail: `${path} may be read by others: chmod 600 ${path}` }
    return await readFile(path, 'utf8')
  } catch (error) {
    return { detail: `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** What follows a word at the beginning of a line. */
function wordIn(text: string, word: string): string | undefined {
  const line = text.split(/\r?\n/u).find((one) => one.trimStart().startsWith(`${word} `))
  return line?.trimStart().slice(word.length).trim()
}
