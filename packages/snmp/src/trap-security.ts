/**
 * Whom to believe of those who tell something unasked on v3: a trap is signed for the engine of who sends it, an inform for
 * ours (RFC 3414 section 1.5.1). A user's passwords say what level its messages must have; less is not believed.
 */
import type { Authority, AuthorityRefusal, SecuredRequest } from './authority.ts'
import { textOfOctets } from './ber.ts'
import type { Clock } from './clock.ts'
import { type Frame, PDU } from './frame.ts'
import { Recent } from './recent.ts'
import { TrapClock } from './trap-clock.ts'
import { Keys, openScoped } from './usm.ts'
import { KeyCache } from './usm-keys.ts'
import { type Credentials, credentialsOf, levelName, type SecurityLevel, type User } from './usm-user.ts'

/** Engines whose clocks are remembered; only who has a user's password gets among them. */
const ENGINES = 65_536

/** Who told it, proven at this level. */
export interface Witness {
  readonly user: string
  readonly level: SecurityLevel
  /** The engine it was signed for, in hexadecimal digits: the sender's, or ours if it is an inform. */
  readonly engineId: string
  /** contextName. */
  readonly context: string
}

/** How far the clock of a sender's engine was when it last told something: what is not later is not believed after a restart of ours. */
export interface KnownEngine {
  readonly address: string
  /** In hexadecimal digits. */
  readonly engineId: string
  /** snmpEngineBoots, and snmpEngineTime in seconds. */
  readonly boots: number
  readonly time: number
}

/**
 * A message to believe, with what an inform is acknowledged by, and the mark by which it is known when it comes again (none without
 * a signature); or why not, with what to send back, if anything.
 */
export type Judged =
  | { ok: true; witness: Witness; request: SecuredRequest | undefined; mark: string | undefined }
  | { ok: false; reason: AuthorityRefusal | 'notNotification'; reply: Uint8Array | undefined }

export interface TrapSecurityOptions {
  readonly users: readonly User[]
  readonly authority: Authority | undefined
  readonly clock: Clock
  /** The engine id known to stand at an address. */
  readonly engineOf: (address: string) => string | undefined
  readonly known: readonly KnownEngine[]
}

/** Two devices with one engine id, which occurs, have clocks of their own. */
interface Sender {
  readonly address: string
  readonly engineId: string
  readonly clock: TrapClock
}

/** Judges v3 messages that come to a trap port. */
export class TrapSecurity {
  /** By the octets of their names, in hexadecimal digits. */
  readonly #users: ReadonlyMap<string, Credentials>
  readonly #authority: Authority | undefined
  readonly #clock: Clock
  readonly #engineOf: TrapSecurityOptions['engineOf']
  readonly #cache = new KeyCache()
  readonly #senders = new Recent<string, Sender>(ENGINES)

  /** @throws RangeError on a user that cannot be. */
  constructor({ users, authority, clock, engineOf, known }: TrapSecurityOptions) {
    const all = users.map(credentialsOf)
    this.#users = new Map(all.map((credentials) => [hex(credentials.name), credentials] as const))
    this.#authority = authority
    this.#clock = clock
    this.#engineOf = engineOf
    const now = clock.now()
    for (const { address, engineId, boots, time } of known) {
      this.#sender(address, engineId, () => new TrapClock({ boots, time, now }))
    }
  }

  /** The engines heard, the one heard last first. */
  engines(): KnownEngine[] {
    const known: KnownEngine[] = []
    for (const [, { address, engineId, clock }] of this.#senders) {
      if (clock.latest !== undefined) known.push({ address, engineId, ...clock.latest })
    }
    return known
  }

  forget(address: string): void {
    const keys = [...this.#senders].filter(([, sender]) => sender.address === address).map(([key]) => key)
    for (const key of keys) this.#senders.delete(key)
  }

  /** Judges a message whose head was read; the frame then holds its PDU. */
  judge(frame: Frame, address: string): Judged {
    // Who may be told by a Report that something is wrong sends what waits for an answer: an inform, or the discovery before it.
    return frame.secure.isReportable ? this.#judgeInform(frame) : this.#judgeTrap(frame, address)
  }

  #judgeInform(frame: Frame): Judged {
    const received = this.#authority?.judge(frame)
    if (received === undefined) return refused('wrongEngine')
    if (!received.ok) return received
    const { request } = received
    if (request.pdu.type !== 'inform') return refused('notNotification')
    // Told again it has another message around it: another id, time and salt.
    const mark = `${request.user} ${hex(frame.contextEngineId)} ${frame.listMark}`
    return { ok: true, witness: witnessOf(frame, request.user), request, mark }
  }

  /** RFC 3414 section 3.2, the sender's engine being the authoritative one. */
  #judgeTrap(frame: Frame, address: string): Judged {
    const { secure } = frame
    const credentials = this.#users.get(hex(secure.user))
    if (credentials === undefined) return refused('wrongUser')
    if (secure.level !== credentials.level) return refused('wrongLevel')
    const engineId = hex(secure.engineId)
    if (engineId === '' || engineId !== (this.#engineOf(address) ?? engineId)) return refused('wrongEngine')
    const keys = new Keys(this.#cache, credentials, Uint8Array.from(secure.engineId))
    if (secure.level > 0) {
      if (!keys.proves(secure)) return refused('wrongDigest')
      const { clock } = this.#sender(address, engineId, () => new TrapClock())
      if (!clock.accept(secure.boots, secure.time, this.#clock.now())) return refused('notInTimeWindow')
    }
    const look = openScoped(frame, keys)
    if (look !== 'whole') return refused(look)
    if (frame.pdu !== PDU.trap2) return refused('notNotification')
    // From whatever address: who plays it again may give another one.
    const mark = secure.level > 0 ? `${engineId} ${hex(secure.digest)}` : undefined
    return { ok: true, witness: witnessOf(frame, textOfOctets(credentials.name)), request: undefined, mark }
  }

  #sender(address: string, engineId: string, make: () => TrapClock): Sender {
    return this.#senders.get(`${address} ${engineId}`, () => ({ address, engineId, clock: make() }))
  }
}

function witnessOf(frame: Frame, user: string): Witness {
  const { engineId, level } = frame.secure
  return { user, level: levelName(level), engineId: hex(engineId), context: textOfOctets(frame.contextName) }
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}

function refused(reason: AuthorityRefusal | 'notNotification'): Judged {
  return { ok: false, reason, reply: undefined }
}
