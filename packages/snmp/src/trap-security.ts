/**
 * Whom to believe of those who tell something unasked on v3: a trap is signed for the engine of who sends it, an inform for
 * ours (RFC 3414 section 1.5.1). A user's passwords say what level its messages must have; less is not believed.
 */
import type { Authority, AuthorityRefusal, SecuredRequest } from './authority.ts'
import type { Clock } from './clock.ts'
import { type Frame, PDU } from './frame.ts'
import { Recent } from './recent.ts'
import { Keys, openScoped } from './usm.ts'
import { RemoteClock } from './usm-engine.ts'
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

/** A message to believe, with what an inform is acknowledged by; or why not, with what to send back, if anything. */
export type Judged =
  | { ok: true; witness: Witness; request: SecuredRequest | undefined }
  | { ok: false; reason: AuthorityRefusal | 'notNotification'; reply: Uint8Array | undefined }

/** Judges v3 messages that come to a trap port. */
export class TrapSecurity {
  readonly #users: ReadonlyMap<string, Credentials>
  readonly #authority: Authority | undefined
  readonly #clock: Clock
  readonly #cache = new KeyCache()
  readonly #engines = new Recent<string, RemoteClock>(ENGINES)

  /** @throws RangeError on a user that cannot be. */
  constructor(options: { users: readonly User[]; authority: Authority | undefined; clock: Clock }) {
    this.#users = new Map(options.users.map((user) => [user.name, credentialsOf(user)] as const))
    this.#authority = options.authority
    this.#clock = options.clock
  }

  /** Judges a message whose head was read; the frame then holds its PDU. */
  judge(frame: Frame): Judged {
    // Who may be told by a Report that something is wrong sends what waits for an answer: an inform, or the discovery before it.
    return frame.secure.isReportable ? this.#judgeInform(frame) : this.#judgeTrap(frame)
  }

  #judgeInform(frame: Frame): Judged {
    const received = this.#authority?.judge(frame)
    if (received === undefined) return refused('wrongEngine')
    if (!received.ok) return received
    const { request } = received
    if (request.pdu.type !== 'inform') return refused('notNotification')
    return { ok: true, witness: this.#witness(frame, request.user), request }
  }

  /** RFC 3414 section 3.2, the sender's engine being the authoritative one. */
  #judgeTrap(frame: Frame): Judged {
    const { secure } = frame
    const user = new TextDecoder().decode(secure.user)
    const credentials = this.#users.get(user)
    if (credentials === undefined) return refused('wrongUser')
    if (secure.level !== credentials.level) return refused('wrongLevel')
    if (secure.engineId.length === 0) return refused('wrongEngine')
    const keys = new Keys(this.#cache, credentials, Uint8Array.from(secure.engineId))
    if (secure.level > 0) {
      if (!keys.proves(secure)) return refused('wrongDigest')
      const clock = this.#engines.get(Buffer.from(secure.engineId).toString('hex'), () => new RemoteClock())
      if (!clock.accept(secure.boots, secure.time, this.#clock.now())) return refused('notInTimeWindow')
    }
    const look = openScoped(frame, keys)
    if (look !== 'whole') return refused(look)
    if (frame.pdu !== PDU.trap2) return refused('notNotification')
    return { ok: true, witness: this.#witness(frame, user), request: undefined }
  }

  #witness(frame: Frame, user: string): Witness {
    return {
      user,
      level: levelName(frame.secure.level),
      engineId: Buffer.from(frame.secure.engineId).toString('hex'),
      context: new TextDecoder().decode(frame.contextName),
    }
  }
}

function refused(reason: AuthorityRefusal | 'notNotification'): Judged {
  return { ok: false, reason, reply: undefined }
}
