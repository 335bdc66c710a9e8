/** What a person can say to `npm run record` on the command line. */
import { parseArgs } from 'node:util'
import { parseRange, type Range } from './ranges.ts'
import { AUTH_NAMES, type NamedUser, PRIVACY_NAMES } from './user.ts'

/** How to say it. */
export const USAGE = `usage: npm run record -- ADDRESS [options]

Asks one real device for its standard printer tables and what its profile knows, and writes a recording in which serial numbers,
addresses, names and places are masked. A maker's branch is read only where you name it, and only as far as you say.

  --out FILE          where to write (recording.snmprec); a file that is there is never written over
  --resume            go on with the file that is there: what it has is not asked again
  --community TEXT    (public)
  --version v1|v2c|v3 (v2c first, then v1; v3 where a user is named)
  -u, --user NAME     ask on SNMPv3 as this user
  -a, --auth NAME     sign: MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512; its password is in SNMP_AUTH_PASSWORD
  -x, --priv NAME     encipher: DES, AES, AES-192 or AES-256 (AES-192-C, AES-256-C); its password is in SNMP_PRIV_PASSWORD
  -n, --context TEXT  the context (none)
  --passwords FILE    read the passwords from this file instead, lines as in net-snmp's snmp.conf: 'defAuthPassphrase TEXT' and
                      'defPrivPassphrase TEXT'; only its owner may be allowed to read it
  --port N            UDP port of the device (161)
  --range OID=N       also walk this branch of one maker (1.3.6.1.4.1.NUMBER.x or deeper), N objects at most; may be given often
  --known             also ask what any other profile asks: devices are sold under many names
  --mask TEXT         also mask this text wherever it stands (a customer's name); may be given often
  --requests N        stop after so many requests (3000)
  --octets N          stop after so many octets of SNMP both ways (4000000)
  --seconds N         stop after so long (300)
  --timeout MS        wait so long for an answer, three times (2000)
  --anyway            record it although nothing says that it is a printer
  --help

Control-C stops it; what was read until then is kept, as it is after every other stop.
Exit codes: 0 all of it, 1 a bug, 2 wrong usage, 3 no answer or no printer (nothing is written), 4 stopped early (what was read is
in the file), 5 the file cannot be written.`

/** A command line that makes sense. */
export interface Arguments {
  readonly address: string
  readonly out: string
  readonly isResuming: boolean
  readonly community: string
  readonly versions: readonly ('v1' | 'v2c')[]
  /** Asks on v3 and in no other version. */
  readonly user: NamedUser | null
  readonly port: number
  readonly ranges: readonly Range[]
  readonly isKnown: boolean
  readonly masks: readonly string[]
  readonly limits: { readonly requests: number; readonly octets: number; readonly seconds: number }
  readonly timeout: number
  readonly isAnyway: boolean
}

export type Given =
  | { readonly ok: true; readonly kind: 'help' }
  | { readonly ok: true; readonly kind: 'record'; readonly options: Arguments }
  | { readonly ok: false; readonly detail: string }

const OPTIONS = {
  out: { type: 'string', default: 'recording.snmprec' },
  resume: { type: 'boolean', default: false },
  community: { type: 'string', default: 'public' },
  version: { type: 'string' },
  user: { type: 'string', short: 'u' },
  auth: { type: 'string', short: 'a' },
  priv: { type: 'string', short: 'x' },
  context: { type: 'string', short: 'n' },
  passwords: { type: 'string' },
  port: { type: 'string', default: '161' },
  range: { type: 'string', multiple: true },
  known: { type: 'boolean', default: false },
  mask: { type: 'string', multiple: true },
  requests: { type: 'string', default: '3000' },
  octets: { type: 'string', default: '4000000' },
  seconds: { type: 'string', default: '300' },
  timeout: { type: 'string', default: '2000' },
  anyway: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** The least and the most that a number may be. */
const NUMBERS = {
  port: [1, 65_535],
  requests: [1, 100_000],
  octets: [1_000, 100_000_000],
  seconds: [1, 86_400],
  timeout: [100, 60_000],
} as const
/** What is shorter stands in every text. */
const SHORTEST_MASK = 3

/** Reads a command line. */
export function readArguments(words: readonly string[]): Given {
  const parsed = parsedOrWhy(words)
  if (typeof parsed === 'string') return { ok: false, detail: parsed }
  const { values, positionals } = parsed
  if (values.help) return { ok: true, kind: 'help' }
  const [address, ...others] = positionals
  if (address === undefined) return { ok: false, detail: 'say which device: an address or a name' }
  if (others.length > 0) return { ok: false, detail: `one device at a time: ${others[0]} is too many` }
  for (const [name, [least, most]] of Object.entries(NUMBERS)) {
    const text = String(Object.entries(values).find(([key]) => key === name)?.[1])
    const isFine = /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most
    if (!isFine) return { ok: false, detail: `--${name} ${text} is no number from ${least} to ${most}` }
  }
  const { version } = values
  if (version !== undefined && version !== 'v1' && version !== 'v2c' && version !== 'v3')
    return { ok: false, detail: `--version ${version}: v1, v2c or v3` }
  const user = userIn(values)
  if (typeof user === 'string') return { ok: false, detail: user }
  const short = (values.mask ?? []).find((mask) => mask.length < SHORTEST_MASK)
  if (short !== undefined) return { ok: false, detail: `--mask '${short}' is too short: it stands in too many texts` }
  const ranges = (values.range ?? []).map(parseRange)
  const wrong = ranges.find((range) => typeof range === 'string')
  if (wrong !== undefined) return { ok: false, detail: wrong }
  return {
    ok: true,
    kind: 'record',
    options: {
      address,
      out: values.out,
      isResuming: values.resume,
      community: values.community,
      versions: version === undefined || version === 'v3' ? ['v2c', 'v1'] : [version],
      user,
      port: Number(values.port),
      ranges: ranges.filter((range) => typeof range !== 'string'),
      isKnown: values.known,
      masks: values.mask ?? [],
      limits: { requests: Number(values.requests), octets: Number(values.octets), seconds: Number(values.seconds) },
      timeout: Number(values.timeout),
      isAnyway: values.anyway,
    },
  }
}

/** Longest user name (RFC 3411 section 5, SnmpAdminString of snmpSecurityName). */
const LONGEST_NAME = 32

/** The user of v3, null where nothing says v3, or what is wrong. */
function userIn(values: ReturnType<typeof parse>['values']): NamedUser | string | null {
  const { version, user, auth, priv, context, passwords } = values
  const others = { auth, priv, context, passwords }
  const [alone] = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  if (user === undefined) {
    if (version === 'v3') return 'v3 needs a user: -u NAME'
    return alone === undefined ? null : `--${alone} is for v3, which needs a user: -u NAME`
  }
  if (version !== undefined && version !== 'v3') return `${version} knows no users: leave --user or --version out`
  const octets = Buffer.byteLength(user)
  if (octets < 1 || octets > LONGEST_NAME) return `--user: a name has 1 to ${LONGEST_NAME} octets`
  const signs = auth === undefined ? null : AUTH_NAMES.get(auth.toUpperCase())
  if (signs === undefined) return `--auth ${auth}: one of ${[...AUTH_NAMES.keys()].join(', ')}`
  const hides = priv === undefined ? null : PRIVACY_NAMES.get(priv.toUpperCase())
  if (hides === undefined) return `--priv ${priv}: one of ${[...PRIVACY_NAMES.keys()].join(', ')}`
  if (hides !== null && signs === null) return '--priv needs --auth: what is enciphered is signed too'
  return { name: user, auth: signs, privacy: hides, context: context ?? '', passwords: passwords ?? null }
}

const parse = (words: readonly string[]) =>
  parseArgs({ args: [...words], allowPositionals: true, strict: true, options: OPTIONS })

function parsedOrWhy(words: readonly string[]): ReturnType<typeof parse> | string {
  try {
    return parse(words)
  } catch (error) {
    // parseArgs throws for what a person typed: its message says what is wrong.
    return error instanceof TypeError ? error.message : String(error)
  }
}
