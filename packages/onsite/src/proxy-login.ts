/**
 * Logging in at an HTTP proxy: Digest (RFC 7616) where the proxy offers it, else Basic (RFC 7617). Nothing is sent before the proxy has
 * asked, so that a password never goes out in the clear to a proxy that would have taken less.
 */
import { createHash } from 'node:crypto'

/** One way in that a proxy offers, in Proxy-Authenticate. Names of schemes and parameters are in lower case. */
interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

/** RFC 7616 section 3.4: hashes by the names they have there, the best first. */
const HASHES: Readonly<Record<string, string>> = { 'sha-512-256': 'sha512-256', 'sha-256': 'sha256', md5: 'md5' }

/** A way in that we know, and how often its nonce was used. */
type Chosen =
  | { readonly kind: 'basic' }
  | { readonly kind: 'digest'; readonly hash: string; readonly algorithm: string; readonly challenge: Challenge }

/** One login at one proxy. It remembers the proxy's question for the exchanges that follow. */
export class ProxyLogin {
  readonly #user: string
  readonly #password: string
  readonly #cnonce: () => string
  #chosen: Chosen | undefined
  #uses = 0

  /** @param cnonce a new text each time that nobody can guess. */
  constructor(proxy: URL, cnonce: () => string) {
    this.#user = decodeURIComponent(proxy.username)
    this.#password = decodeURIComponent(proxy.password)
    this.#cnonce = cnonce
  }

  /** Whether there is a login at all, and whether the proxy has asked for it. */
  get state(): 'none' | 'notAsked' | 'asked' {
    if (this.#user === '') return 'none'
    return this.#chosen === undefined ? 'notAsked' : 'asked'
  }

  /** Takes what a proxy said with its 407; whether it is worth trying again. */
  learn(header: string): boolean {
    if (this.#user === '') return false
    const challenges = challengesOf(header)
    const next = chosenOf(challenges)
    if (next === undefined) return false
    const before = this.#chosen
    this.#chosen = next
    this.#uses = 0
    if (before === undefined || before.kind !== next.kind) return true
    // The same question again says that the password is wrong, unless only the nonce was too old.
    return next.kind === 'digest' && next.challenge.parameters.get('stale')?.toLowerCase() === 'true'
  }

  /** The header for one request: its method, and its target as it stands in the first line. */
  header(method: string, target: string): Record<string, string> {
    const chosen = this.#chosen
    if (chosen === undefined) return {}
    const text = chosen.kind === 'basic' ? this.#basic() : this.#digest(chosen, method, target)
    return { 'Proxy-Authorization': text }
  }

  #basic(): string {
    return `Basic ${Buffer.from(`${this.#user}:${this.#password}`, 'utf8').toString('base64')}`
  }

  /** RFC 7616 section 3.4; without qop as section 3.4.1 of RFC 2617 has it for old proxies. */
  #digest({ hash, algorithm, challenge }: Chosen & { kind: 'digest' }, method: string, target: string): string {
    const asked = (name: string) => challenge.parameters.get(name) ?? ''
    const h = (text: string) => createHash(hash).update(text, 'utf8').digest('hex')
    const [realm, nonce] = [asked('realm'), asked('nonce')]
    const cnonce = this.#cnonce()
    const nc = (++this.#uses).toString(16).padStart(8, '0')
    const secret = h(`${this.#user}:${realm}:${this.#password}`)
    const a1 = algorithm.endsWith('-sess') ? h(`${secret}:${nonce}:${cnonce}`) : secret
    const a2 = h(`${method}:${target}`)
    const hasQop = qopsOf(challenge).includes('auth')
    const response = hasQop ? h(`${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}`) : h(`${a1}:${nonce}:${a2}`)
    const isHidden = asked('userhash').toLowerCase() === 'true'
    const parts = [
      ...userParts(isHidden ? h(`${this.#user}:${realm}`) : this.#user),
      ...[`realm=${quoted(realm)}`, `nonce=${quoted(nonce)}`, `uri=${quoted(target)}`, `response="${response}"`],
      ...(challenge.parameters.has('algorithm') ? [`algorithm=${asked('algorithm')}`] : []),
      ...(challenge.parameters.has('opaque') ? [`opaque=${quoted(asked('opaque'))}`] : []),
      ...(hasQop || algorithm.endsWith('-sess') ? [`cnonce="${cnonce}"`] : []),
      ...(hasQop ? [`qop=auth`, `nc=${nc}`] : []),
      ...(isHidden ? ['userhash=true'] : []),
    ]
    return `Digest ${parts.join(', ')}`
  }
}

/** RFC 7616 section 3.4: a name beyond ASCII is written as RFC 8187 has it. */
function userParts(user: string): string[] {
  const isPlain = /^[\x20-\x7e]*$/.test(user)
  return [isPlain ? `username=${quoted(user)}` : `username*=UTF-8''${encodeURIComponent(user)}`]
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** The best of what is offered that we know. */
function chosenOf(challenges: readonly Challenge[]): Chosen | undefined {
  for (const [name, hash] of Object.entries(HASHES)) {
    for (const challenge of challenges) {
      const algorithm = (challenge.parameters.get('algorithm') ?? 'md5').toLowerCase()
      const isFit = challenge.scheme === 'digest' && (algorithm === name || algorithm === `${name}-sess`)
      const qops = qopsOf(challenge)
      if (isFit && (qops.length === 0 || qops.includes('auth'))) return { kind: 'digest', hash, algorithm, challenge }
    }
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : undefined
}

function qopsOf({ parameters }: Challenge): string[] {
  const list = (parameters.get('qop') ?? '').toLowerCase().split(/[\s,]+/)
  return list.filter((word) => word !== '')
}

/** A parameter, or a word that begins a challenge (RFC 9110 section 11.6.1); the header is far shorter than Node allows headers to be. */
const PIECE = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g

function challengesOf(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  for (const [, word = '', text, plain] of header.matchAll(PIECE)) {
    const value = text?.replace(/\\(.)/g, '$1') ?? plain
    if (value === undefined) challenges.push({ scheme: word.toLowerCase(), parameters: new Map() })
    else challenges.at(-1)?.parameters.set(word.toLowerCase(), value)
  }
  return challenges
}
