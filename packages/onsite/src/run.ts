/**
 * The service: rounds and contacts by the schedule until it is told to stop. A failure of one thing never stops the other; a bug in a round
 * is logged with an id, and the next round comes.
 */
import type { Contacted, Hindrance, Onsite } from './onsite.ts'
import { CONTACT_MS, firstContactDelay, nextContactDelay, nextRoundAt, retryDelay } from './schedule.ts'
import { TrapEar, type TrapStart } from './trap-ear.ts'
import type { RoundDone, RoundWatch } from './whole-round.ts'
import { logBug, pause } from './world.ts'

/** How the service is run. */
export interface RunOptions {
  readonly signal: AbortSignal
  /** false calls Central at once after the start: for demonstrations and single machines, never for a fleet. */
  readonly spread?: boolean
  /** How the thread that hears traps is started; without it none are heard. */
  readonly startTraps?: TrapStart
  readonly onFate?: RoundWatch['onFate']
  readonly onKept?: RoundWatch['onKept']
  readonly onRound?: (done: RoundDone) => void
  readonly onContact?: (done: Contacted | Hindrance) => void
}

interface Plan {
  anchor: number
  nextRound: number
  /** No call before this, whatever has been read: the first contact after a start is spread. */
  readonly quietUntil: number
  nextContact: number
  normalMs: number
}

/** Runs until the signal; what was read until then is kept. */
export async function run(onsite: Onsite, options: RunOptions): Promise<void> {
  const plan = firstPlan(onsite, options.spread ?? true)
  const { clock } = onsite.world
  const ear = new TrapEar(onsite, options.startTraps)
  try {
    while (!options.signal.aborted) {
      const now = clock.now()
      if (now >= plan.nextRound) await oneRound(onsite, plan, { ...options, ear })
      else if (now >= ear.nextAt) await oneLook(onsite, plan, { ...options, ear })
      else if (now >= plan.nextContact) await oneContact(onsite, plan, options)
      else {
        const rest = Math.min(plan.nextRound, plan.nextContact, ear.nextAt) - now
        await pause(clock, rest, AbortSignal.any([options.signal, ear.heard]))
      }
    }
  } finally {
    await ear.close()
  }
}

function firstPlan(onsite: Onsite, spread: boolean): Plan {
  const { clock, dice } = onsite.world
  const now = clock.now()
  const quietUntil = now + (spread ? firstContactDelay(dice()) : 0)
  const last = onsite.store.get('round')
  const interval = intervalMinutes(onsite) * 60_000
  // A service that is restarted often does not ask printers more often; with a clock that jumped, a round too many is harmless.
  const age = last === null ? interval : clock.wall() - Date.parse(last.startedAt)
  const nextRound = age >= 0 && age < interval ? now + interval - age : now
  return { anchor: nextRound, nextRound, quietUntil, nextContact: quietUntil, normalMs: CONTACT_MS }
}

type Heard = RunOptions & { readonly ear: TrapEar }

/** Printers that told of something are read, and what they say is told at once. */
async function oneLook(onsite: Onsite, plan: Plan, options: Heard): Promise<void> {
  const only = options.ear.takeDue()
  const done = await guarded(onsite, 'look', () => onsite.round({ ...watchOf(options), only }))
  if (done !== null) options.onRound?.(done)
  tellSoon(onsite, plan)
}

async function oneRound(onsite: Onsite, plan: Plan, options: Heard): Promise<void> {
  const { clock, dice } = onsite.world
  const done = await guarded(onsite, 'round', () => onsite.round(watchOf(options)))
  if (done !== null) options.onRound?.(done)
  options.ear.allRead()
  const intervalNow = intervalMinutes(onsite)
  plan.nextRound = nextRoundAt({ anchor: plan.anchor, now: clock.now(), intervalMinutes: intervalNow, dice: dice() })
  tellSoon(onsite, plan)
}

/** News is told at once, unless Central is in trouble: then the retry keeps its time. */
function tellSoon(onsite: Onsite, plan: Plan): void {
  const { clock } = onsite.world
  const failures = onsite.store.get('delivery')?.failures ?? 0
  if (failures === 0) plan.nextContact = Math.max(plan.quietUntil, Math.min(plan.nextContact, clock.now()))
}

async function oneContact(onsite: Onsite, plan: Plan, options: RunOptions): Promise<void> {
  const { clock, dice } = onsite.world
  const intervalBefore = intervalMinutes(onsite)
  const dutyBefore = onsite.store.get('settings')?.duty
  const done = await guarded(onsite, 'contact', () => onsite.deliver(options.signal))
  if (done !== null) options.onContact?.(done)
  if (done?.ok === true) {
    plan.normalMs = nextContactDelay({ serverSeconds: done.nextContactSeconds, dice: dice() })
    plan.nextContact = clock.now() + plan.normalMs
  } else {
    const failures = Math.max(1, onsite.store.get('delivery')?.failures ?? 1)
    const serverSeconds = done !== null && 'retryAfterSeconds' in done ? done.retryAfterSeconds : null
    plan.nextContact = clock.now() + retryDelay({ normalMs: plan.normalMs, failures, serverSeconds, dice: dice() })
  }
  // Whom we stand in for has not read for an interval at least.
  if (dutyBefore === 'standby' && onsite.store.get('settings')?.duty === 'active') plan.nextRound = clock.now()
  // The first instructions of all: nothing could be read until now.
  const isFirst = done?.ok === true && done.renewal?.kind === 'waits' && !onsite.local.instructions.ok
  if (isFirst) plan.nextRound = clock.now()
  if (isFirst || intervalMinutes(onsite) === intervalBefore) return
  plan.anchor = clock.now()
  plan.nextRound = nextRoundAt({
    anchor: plan.anchor,
    now: plan.anchor,
    intervalMinutes: intervalMinutes(onsite),
    dice: dice(),
  })
}

/** The one catch: a bug is logged with an id to be found by, and the service goes on. */
async function guarded<T>(onsite: Onsite, what: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    logBug(onsite.world, what, error)
    return null
  }
}

function watchOf(options: RunOptions): RoundWatch {
  const { signal, onFate, onKept } = options
  return { signal, ...(onFate === undefined ? {} : { onFate }), ...(onKept === undefined ? {} : { onKept }) }
}

function intervalMinutes(onsite: Onsite): number {
  return onsite.store.get('settings')?.intervalMinutes ?? 60
}
