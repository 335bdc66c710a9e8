/** A round around the line of round.ts: who is asked and in which order, what is remembered of it, and how it ends when the program is stopped. */
import type { Instructions } from '@platen/collector'
import { askedIn } from '@platen/model'
import { Client, type Transport } from '@platen/snmp'
import type { Settings } from '@platen/wire'
import { openAccess } from './access.ts'
import { Account } from './account.ts'
import type { Config } from './config.ts'
import { noteFault, noteLook, noteRound } from './contact.ts'
import type { DatabaseFault } from './database.ts'
import { Gate, guarded } from './gate.ts'
import type { Hindrance, Onsite } from './onsite.ts'
import { Pace } from './pace.ts'
import { PROGRAM } from './program.ts'
import { noteRefusals } from './refusals.ts'
import { type KeptReading, Round, type RoundJob } from './round.ts'
import { KINDS, type LookKind } from './schedule.ts'
import type { Scope } from './scope.ts'
import { accessOwner } from './seal.ts'
import type { KnownDevice, SeenDevice } from './store.ts'
import type { Fate, Tally } from './tally.ts'
import { resolveNames } from './targets.ts'
import { cutAfter, logBug, moment } from './world.ts'

/** Rounds in a row without an answer after which a printer is asked with everybody else again, not before them. */
const MISSES_UNTIL_FORGOTTEN = 48
/** After a stop, printers under way get so long to be read to their end. */
const GRACE_MS = 5000
/** A person sees that something moves. */
const PROGRESS_MS = 200

/** How a round went. */
export type RoundDone =
  | {
      readonly ok: true
      readonly kind: LookKind
      readonly tally: Tally
      readonly startedAt: string
      readonly endedAt: string
      readonly milliseconds: number
      readonly refusedRanges: readonly string[]
      /** Known addresses at which another device stands than before. */
      readonly swapped: readonly string[]
      /** What the disk would not take of it: readings, or notes of the round. */
      readonly fault: DatabaseFault | null
    }
  | Hindrance

/** How far a round is: addresses by fate, how many are done with, and how many there are. */
export interface RoundProgress {
  readonly tally: Tally
  readonly done: number
  readonly total: number
}

/** What a round is for, and hooks of it. */
export interface RoundWatch {
  readonly signal?: AbortSignal
  /** `inventory` if it is not given: everything that moves, of everybody. */
  readonly kind?: LookKind
  /** Asks these printers and nobody else: a look between rounds. */
  readonly only?: readonly string[]
  readonly onFate?: (address: string, fate: Fate, progress: RoundProgress) => void
  /** Some times a second, while it is sought who answers. */
  readonly onProgress?: (progress: RoundProgress) => void
  /** Readings that are on the disk: acknowledged. */
  readonly onKept?: (kept: readonly KeptReading[]) => void
}

/** What a round stands on: settings, scope file and instructions as they are now, and a socket that is closed with the round. */
export interface RoundGround {
  readonly settings: Settings
  readonly scope: Scope
  readonly instructions: Instructions
  readonly config: Config
  readonly transport: Transport
}

/** Asks everybody whom this round is for once, keeps what was read, and remembers how it went. */
export async function wholeRound(onsite: Onsite, ground: RoundGround, watch: RoundWatch): Promise<RoundDone> {
  const { clock } = onsite.world
  const { scope, refused } = ground.scope.narrow(ground.settings.ranges)
  for (const { range, reason } of refused) onsite.store.report(`range ${range} of the settings is not used: ${reason}`)
  const started = { wall: clock.wall(), now: clock.now() }
  const client = new Client({ transport: guarded(ground.transport, scope, ground.config.snmpPort), clock })
  const signal = watch.signal ?? new AbortController().signal
  const ending = cutAfter(clock, signal, GRACE_MS)
  ending.cut.addEventListener('abort', () => void client.close(), { once: true })
  const account = new Account()
  try {
    const { access, problems } = await openAccess(ground.settings, accessOwner(onsite.store))
    for (const problem of problems) onsite.store.report(problem)
    const gate = new Gate(client, scope, { ...ground.settings, access, port: ground.config.snmpPort }, account)
    const plan = new RoundPlan(onsite, { ...ground, scope }, watch)
    const { tally } = await plan.run({ gate, signal, cut: ending.cut })
    const kind = watch.kind ?? 'inventory'
    noteRefusals(onsite.store, gate, plan.only)
    const [startedAt, endedAt] = [moment(started.wall), moment(clock.wall())]
    const asked = { addresses: account.addresses, objects: account.objects(ground.instructions) }
    const end = { tally, kind, startedAt, endedAt, asked, scope: scope.hash, instructions: ground.instructions.version }
    const isRound = watch.only === undefined && KINDS[kind].isRound
    plan.onFault(isRound ? noteRound(onsite, end) : noteLook(onsite, end))
    plan.onFault(onsite.store.keepReserve())
    const fault = plan.faults[0] ?? null
    if (fault !== null) noteFault(onsite, fault)
    const milliseconds = clock.now() - started.now
    const refusedRanges = refused.map(({ range }) => range)
    return { ok: true, kind, tally, startedAt, endedAt, milliseconds, refusedRanges, swapped: plan.swapped, fault }
  } finally {
    ending.forget()
    if (!ending.cut.aborted) await client.close()
  }
}

/** Whom one round asks, and what becomes of what they say. */
class RoundPlan {
  readonly faults: DatabaseFault[] = []
  readonly #onsite: Onsite
  readonly #ground: RoundGround
  readonly #watch: RoundWatch
  readonly #known: ReadonlyMap<string, KnownDevice>
  readonly #missing = new Set<string>()
  readonly #swapped = new Set<string>()
  /** Printers met where none was known, by maker and serial number. */
  readonly #newcomers = new Set<string>()

  constructor(onsite: Onsite, ground: RoundGround, watch: RoundWatch) {
    this.#onsite = onsite
    this.#ground = ground
    this.#watch = watch
    const { store } = onsite
    // Who once answered to a user is sought as that user only, with everybody else.
    const known = this.#isInventory ? [...store.devices(), ...store.proven()] : store.devices()
    this.#known = new Map(known.map((device) => [device.address, device]))
  }

  get swapped(): readonly string[] {
    return [...this.#swapped]
  }

  readonly onFault = (fault: DatabaseFault | null): void => {
    if (fault !== null) this.faults.push(fault)
  }

  async run(under: Pick<RoundJob, 'gate' | 'signal' | 'cut'>): Promise<Round> {
    const round = new Round({ ...this.#job(), ...under })
    const total = this.#total
    const progress = () => ({ tally: round.tally, done: round.done, total })
    const over = this.#onsite.live.begin(progress)
    const stop = this.#showing(() => this.#watch.onProgress?.(progress()))
    this.#onFate = (address, fate) => this.#watch.onFate?.(address, fate, progress())
    try {
      await round.run()
    } finally {
      stop()
      over()
    }
    this.#forgetMoved()
    return round
  }
  #onFate: (address: string, fate: Fate) => void = () => undefined

  /** Whom alone it asks; nothing where it is everybody. */
  get only(): readonly string[] | undefined {
    return this.#isInventory ? undefined : this.#members
  }

  get #total(): number {
    const { only } = this.#watch
    if (only !== undefined) return only.length
    return this.#isInventory ? this.#ground.scope.size : this.#members.length
  }

  get #isInventory(): boolean {
    return this.#watch.only === undefined && (this.#watch.kind ?? 'inventory') === 'inventory'
  }

  /** The printers that are asked first, or alone. */
  get #members(): readonly string[] {
    const { scope } = this.#ground
    return this.#watch.only ?? [...this.#known.keys()].filter((address) => scope.allows(address).ok)
  }

  #job(): Omit<RoundJob, 'gate' | 'signal' | 'cut'> {
    const { store, outbox, world } = this.#onsite
    const { scope, instructions, settings } = this.#ground
    const { kind, insists } = KINDS[this.#watch.kind ?? 'inventory']
    const members = new Set(this.#members)
    return {
      known: [...members],
      others: this.#isInventory ? this.#others(members) : null,
      kind,
      insists,
      pace: new Pace(world.clock, settings.packetsPerSecond),
      tries: settings.tries,
      instructions,
      masks: settings.masks,
      outbox,
      context: {
        store,
        clock: world.clock,
        program: PROGRAM,
        scopeHash: scope.hash,
        instructions: instructions.version,
      },
      bytes: world.bytes,
      dice: world.dice,
      rowsOf: (address) => store.rowsOf(address),
      mannerOf: (address) => this.#known.get(address) ?? null,
      onFate: (address, fate) => this.#noteFate(address, fate),
      onFault: this.onFault,
      onBug: (address, error) => {
        const id = logBug(world, `reading ${address}`, error)
        store.report(`a bug in the round: incident ${id}`)
      },
      onKept: (kept) => this.#noteKept(kept),
    }
  }

  /** Everybody in scope but these. Names are looked up meanwhile: a name server that is slow or gone holds up nobody but those it names. */
  #others(members: ReadonlySet<string>): RoundJob['others'] {
    const { scope } = this.#ground
    const isOther = (address: string) => !members.has(address)
    const named = resolveNames(scope, this.#onsite.world.lookup, this.#watch.signal)
    return {
      walked: () => filtered(scope.addresses(), isOther),
      named: named.then((addresses) => addresses.filter((address) => isOther(address) && !scope.isWalked(address))),
    }
  }

  #noteFate(address: string, fate: Fate): void {
    const isMissed = this.#known.has(address) && (fate === 'silent' || fate === 'unreachable')
    if (isMissed) this.#missing.add(address)
    if (isMissed && KINDS[this.#watch.kind ?? 'inventory'].isRound)
      this.onFault(this.#onsite.store.missed(address, MISSES_UNTIL_FORGOTTEN))
    this.#onFate(address, fate)
  }

  #noteKept(kept: readonly KeptReading[]): void {
    for (const { address, reading } of kept) {
      const before = this.#known.get(address)
      const { vendor, serial } = reading.identity
      if (serial === null) continue
      if (before === undefined) this.#newcomers.add(`${vendor} ${serial}`)
      else if (before.serial !== null && before.serial !== serial) this.#swapped.add(address)
    }
    this.onFault(this.#onsite.store.saw(kept.map((one) => remembered(one, this.#known.get(one.address)))))
    this.#watch.onKept?.(kept)
  }

  /** A printer that is silent where it was and answers elsewhere has moved: it is not asked for where it was any more. */
  #forgetMoved(): void {
    for (const address of this.#missing) {
      const { vendor, serial } = this.#known.get(address) ?? {}
      if (this.#newcomers.has(`${vendor} ${serial}`)) this.onFault(this.#onsite.store.missed(address, 0))
    }
  }

  /** Calls now and then; the answer ends it. */
  #showing(show: () => void): () => void {
    const { clock } = this.#onsite.world
    let cancel: () => void = () => undefined
    const again = () => {
      cancel = clock.after(PROGRESS_MS, () => {
        show()
        again()
      })
    }
    if (this.#watch.onProgress !== undefined) again()
    return () => cancel()
  }
}

function* filtered(addresses: Iterable<string>, wanted: (address: string) => boolean): Generator<string> {
  for (const address of addresses) if (wanted(address)) yield address
}

function remembered(
  { reading, address, credential, version, rows }: KeptReading,
  before: KnownDevice | undefined,
): SeenDevice {
  const { vendor, model, serial } = reading.identity
  const saysMeters = askedIn[reading.visit?.kind ?? 'full'].includes('meters')
  const life = reading.meters.find(
    ({ work, colour, size, sides }) => work === 'total' && colour === 'all' && size === 'all' && sides === 'all',
  )
  return {
    address,
    vendor,
    model,
    serial,
    profile: reading.profile,
    credential,
    version,
    life: saysMeters ? (life?.value.toString() ?? null) : (before?.life ?? null),
    seen: reading.at,
    ...(rows === undefined ? {} : { rows }),
  }
}
