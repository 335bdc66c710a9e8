/**
 * The service: rounds and contacts by the schedule until it is told to stop. A failure of one thing never stops the other; a bug in a round
 * is logged with an id, and the next round comes.
 */
import { type Settings, settingsSchema } from '@platen/wire'
import { Agenda } from './agenda.ts'
import { BestTime } from './best-time.ts'
import { beginClosing, isClosingOpen, noteForClosing, openAtClosing } from './closing.ts'
import type { Contacted, Hindrance, Onsite } from './onsite.ts'
import type { KeptReading } from './round.ts'
import { CONTACT_MS, firstContactDelay, KINDS, type LookKind, nextContactDelay, retryDelay } from './schedule.ts'
import { TrapEar, type TrapStart } from './trap-ear.ts'
import type { RoundDone, RoundWatch } from './whole-round.ts'
import { logBug, moment, pause } from './world.ts'

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
  readonly agenda: Agenda
  readonly time: BestTime
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
  const service = { ...options, ear }
  try {
    // One of a pair may have been replaced while it was off: it asks who reads before it reads itself.
    if (settingsOf(onsite).partner !== null && !options.signal.aborted) await oneContact(onsite, plan, options)
    while (!options.signal.aborted) {
      const now = clock.now()
      const { at, kind } = plan.agenda.next
      noteNext(onsite, plan)
      if (now >= at && kind !== null) await oneLook(onsite, plan, service, kind)
      else if (now >= plan.nextContact) await oneContact(onsite, plan, options)
      // After it: printers that never stop telling must not keep what they told from being told on.
      else if (now >= ear.nextAt) await oneHint(onsite, plan, service)
      else {
        const rest = Math.min(at, plan.nextContact, ear.nextAt) - now
        await pause(clock, rest, AbortSignal.any([options.signal, ear.heard]))
      }
    }
  } finally {
    onsite.live.next = null
    await ear.close()
  }
}

function firstPlan(onsite: Onsite, spread: boolean): Plan {
  const { store, world } = onsite
  const { clock, dice } = world
  const now = clock.now()
  const quietUntil = now + (spread ? firstContactDelay(dice()) : 0)
  const time = new BestTime(clock, store.get('serverTime'))
  const [round, inventory, closing] = [store.get('round'), store.get('inventory'), store.get('closing')]
  const past = {
    round: momentOf(round?.startedAt),
    inventory: momentOf(inventory),
    closing: momentOf(closing?.at),
  }
  const agenda = new Agenda(settingsOf(onsite), past, { times: time, dice })
  agenda.askAgain(isClosingOpen(onsite, time.wall()))
  return { agenda, time, quietUntil, nextContact: quietUntil, normalMs: CONTACT_MS }
}

function momentOf(said: string | null | undefined): number | null {
  return said === null || said === undefined ? null : Date.parse(said)
}

type Service = RunOptions & { readonly ear: TrapEar }

/** A look by the agenda. */
async function oneLook(onsite: Onsite, plan: Plan, service: Service, kind: LookKind): Promise<void> {
  const { agenda, time } = plan
  // Whoever stands by says so once a round, and only then.
  if (settingsOf(onsite).duty === 'standby' && !KINDS[kind].isRound) {
    if (kind === 'closing') agenda.close()
    return agenda.done(kind)
  }
  if (kind === 'closing' && openAtClosing(onsite).length === 0) beginClosing(onsite, agenda.close())
  const only = kind === 'closing' ? { only: openAtClosing(onsite) } : {}
  const done = await guarded(onsite, kind === 'inventory' ? 'round' : kind, () =>
    onsite.round({ ...watchOf(onsite, service), kind, ...only }),
  )
  agenda.done(kind)
  agenda.askAgain(isClosingOpen(onsite, time.wall()))
  if (done === null) return
  if (done.ok && done.swapped.length > 0) agenda.bringInventoryForward()
  if (done.ok && KINDS[kind].isRound) service.ear.allRead()
  service.onRound?.(done)
  tellSoon(onsite, plan)
}

/** Printers that told of something are read, and what they say is told at once. */
async function oneHint(onsite: Onsite, plan: Plan, service: Service): Promise<void> {
  const only = service.ear.takeDue()
  if (only.length === 0) return
  const done = await guarded(onsite, 'look', () => onsite.round({ ...watchOf(onsite, service), kind: 'round', only }))
  if (done === null) return
  service.onRound?.(done)
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
  const before = onsite.store.get('settings')
  const done = await guarded(onsite, 'contact', () => onsite.deliver(options.signal))
  if (done !== null) options.onContact?.(done)
  plan.time.heard(onsite.store.get('serverTime'))
  if (done?.ok === true) {
    plan.normalMs = nextContactDelay({ serverSeconds: done.nextContactSeconds, dice: dice() })
    plan.nextContact = clock.now() + plan.normalMs
  } else {
    const failures = Math.max(1, onsite.store.get('delivery')?.failures ?? 1)
    const serverSeconds = done !== null && 'retryAfterSeconds' in done ? done.retryAfterSeconds : null
    plan.nextContact = clock.now() + retryDelay({ normalMs: plan.normalMs, failures, serverSeconds, dice: dice() })
  }
  // Whom we stand in for has not read for an interval at least.
  if (before?.duty === 'standby' && onsite.store.get('settings')?.duty === 'active') plan.agenda.startNow()
  // The first instructions of all: nothing could be read until now.
  if (done?.ok === true && done.renewal?.kind === 'waits' && !onsite.local.instructions.ok) plan.agenda.startNow()
  const settings = settingsOf(onsite)
  if (settings.version !== before?.version && !plan.agenda.take(settings))
    onsite.store.report(
      `this machine does not know the time zone ${settings.zone}: hours and closings are meant in UTC`,
    )
}

function noteNext(onsite: Onsite, { agenda, time }: Plan): void {
  const { planned } = agenda
  onsite.live.next =
    planned === null ? null : { at: moment(time.wall() + Math.max(0, planned.at - time.now())), kind: planned.kind }
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

function watchOf(onsite: Onsite, { signal, onFate, onKept }: RunOptions): RoundWatch {
  const note = (kept: readonly KeptReading[]) => {
    noteForClosing(onsite, kept)
    onKept?.(kept)
  }
  return { signal, onKept: note, ...(onFate === undefined ? {} : { onFate }) }
}

/** Before Central has sent any nothing is asked, and the first ones begin everything anew. */
function settingsOf(onsite: Onsite): Settings {
  return onsite.store.get('settings') ?? FIRST_SETTINGS
}

const FIRST_SETTINGS = settingsSchema.parse({
  version: 0,
  name: 'Onsite',
  intervalMinutes: 60,
  ranges: [],
  communities: ['public'],
  timeoutMs: 1000,
  tries: 2,
  masks: { address: false, hostName: false, mac: false, location: false },
})
