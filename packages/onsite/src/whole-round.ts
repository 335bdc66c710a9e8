/** A round around the line of round.ts: who is asked and in which order, what is remembered of it, and how it ends when the program is stopped. */
import type { Instructions } from '@platen/collector'
import { Client, type Transport } from '@platen/snmp'
import type { Settings } from '@platen/wire'
import { openAccess } from './access.ts'
import type { Config } from './config.ts'
import { noteFault, noteLook, noteRound } from './contact.ts'
import type { DatabaseFault } from './database.ts'
import { Gate, guarded } from './gate.ts'
import type { Hindrance, Onsite } from './onsite.ts'
import { PROGRAM } from './program.ts'
import { noteRefusals } from './refusals.ts'
import { type KeptReading, type RoundJob, round } from './round.ts'
import type { Scope } from './scope.ts'
import { accessOwner } from './seal.ts'
import type { KnownDevice, SeenDevice } from './store.ts'
import type { Fate, Tally } from './tally.ts'
import { allTargets } from './targets.ts'
import { cutAfter, logBug, moment } from './world.ts'

/** Rounds in a row without an answer after which a printer is asked with everybody else again, not before them. */
const MISSES_UNTIL_FORGOTTEN = 48
/** After a stop, printers under way get so long to be read to their end. */
const GRACE_MS = 5000
/** How a round went. */
export type RoundDone =
  | {
      readonly ok: true
      readonly tally: Tally
      readonly startedAt: string
      readonly endedAt: string
      readonly milliseconds: number
      readonly refusedRanges: readonly string[]
      /** What the disk would not take of it: readings, or notes of the round. */
      readonly fault: DatabaseFault | null
    }
  | Hindrance

/** Hooks of a round; `total` is how many addresses may be asked. */
export interface RoundWatch {
  readonly signal?: AbortSignal
  readonly onFate?: (address: string, fate: Fate, progress: { tally: Tally; total: number }) => void
  /** Asks these printers and nobody else: a look between rounds, because they told of something. */
  readonly only?: readonly string[]
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

/** Asks every agreed address once, keeps what was read, and remembers how it went. */
export async function wholeRound(onsite: Onsite, ground: RoundGround, watch: RoundWatch): Promise<RoundDone> {
  const { clock } = onsite.world
  const { scope, refused } = ground.scope.narrow(ground.settings.ranges)
  for (const { range, reason } of refused) onsite.store.report(`range ${range} of the settings is not used: ${reason}`)
  const started = { wall: clock.wall(), now: clock.now() }
  const client = new Client({ transport: guarded(ground.transport, scope, ground.config.snmpPort), clock })
  const signal = watch.signal ?? new AbortController().signal
  const ending = cutAfter(clock, signal, GRACE_MS)
  ending.cut.addEventListener('abort', () => void client.close(), { once: true })
  try {
    const { access, problems } = await openAccess(ground.settings, accessOwner(onsite.store))
    for (const problem of problems) onsite.store.report(problem)
    const gate = new Gate(client, scope, { ...ground.settings, access, port: ground.config.snmpPort })
    const faults: DatabaseFault[] = []
    const onFault = (fault: DatabaseFault | null) => void (fault === null || faults.push(fault))
    const job = jobOf(onsite, { ...ground, scope }, { ...watch, onFault })
    const tally = await round({ ...job, gate, signal, cut: ending.cut })
    noteRefusals(onsite.store, gate, watch.only)
    const [startedAt, endedAt] = [moment(started.wall), moment(clock.wall())]
    const end = { tally, startedAt, endedAt, scope: scope.hash, instructions: ground.instructions.version }
    onFault(watch.only === undefined ? noteRound(onsite, end) : noteLook(onsite, end, watch.only))
    onFault(onsite.store.keepReserve())
    const fault = faults[0] ?? null
    if (fault !== null) noteFault(onsite, fault)
    const milliseconds = clock.now() - started.now
    const refusedRanges = refused.map(({ range }) => range)
    return { ok: true, tally, startedAt, endedAt, milliseconds, refusedRanges, fault }
  } finally {
    ending.forget()
    if (!ending.cut.aborted) await client.close()
  }
}

function jobOf(
  onsite: Onsite,
  ground: RoundGround,
  watch: RoundWatch & { readonly onFault: (fault: DatabaseFault | null) => void },
): Omit<RoundJob, 'gate' | 'signal' | 'cut'> {
  const { store, outbox, world } = onsite
  const { clock, bytes, dice, lookup } = world
  const { scope, instructions, settings } = ground
  const known = store.devices()
  const manners = new Map(known.map(({ address, credential, version }) => [address, { credential, version }]))
  const total = watch.only?.length ?? scope.size
  return {
    targets: watch.only === undefined ? knownFirst(known, allTargets(scope, lookup, watch.signal)) : each(watch.only),
    instructions,
    masks: settings.masks,
    outbox,
    context: { store, clock, program: PROGRAM, scopeHash: scope.hash, instructions: instructions.version },
    bytes,
    dice,
    isKnown: (address) => manners.has(address),
    rowsOf: (address) => store.rowsOf(address),
    mannerOf: (address) => manners.get(address) ?? null,
    onFate: (address, fate, tally) => {
      const isMissed = manners.has(address) && (fate === 'silent' || fate === 'unreachable')
      if (isMissed) watch.onFault(store.missed(address, MISSES_UNTIL_FORGOTTEN))
      watch.onFate?.(address, fate, { tally, total })
    },
    onFault: watch.onFault,
    onBug: (address, error) => {
      const id = logBug(world, `reading ${address}`, error)
      store.report(`a bug in the round: incident ${id}`)
    },
    onKept: (kept) => {
      watch.onFault(store.saw(kept.map(remembered)))
      watch.onKept?.(kept)
    },
  }
}

async function* each(addresses: readonly string[]): AsyncGenerator<string> {
  yield* addresses
}

/** Printers met before, then everybody else; nobody twice. */
async function* knownFirst(known: readonly KnownDevice[], all: AsyncIterable<string>): AsyncGenerator<string> {
  const seen = new Set<string>()
  for (const { address } of known) {
    seen.add(address)
    yield address
  }
  for await (const address of all) if (!seen.has(address)) yield address
}

function remembered({ reading, address, credential, version, rows }: KeptReading): SeenDevice {
  const { vendor, model, serial } = reading.identity
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
    life: life?.value.toString() ?? null,
    seen: reading.at,
    ...(rows === undefined ? {} : { rows }),
  }
}
