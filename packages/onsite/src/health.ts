/**
 * health.json in the state folder: how the Onsite is, written after every round and every call to Central, for a monitoring system that can
 * read a file and knows no more. What is wrong is a list of short words; a file that is older than `staleAfter` is wrong by itself.
 */
import { chmodSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stateFiles } from './database.ts'
import { opensAt, zoneOf } from './local-time.ts'
import type { Onsite } from './onsite.ts'
import { PROGRAM } from './program.ts'
import type { Fact } from './store.ts'
import { moment } from './world.ts'

/** What is wrong: nothing in it is secret, and a word once used stays. */
export type Ailment =
  | 'notEnrolled'
  | 'scope'
  | 'instructions'
  | 'configuration'
  | 'roundLate'
  | 'noPrinter'
  | 'notDelivered'
  | 'traps'

/** The file's contents. Times are ISO 8601 in UTC by the machine's clock. */
export interface Health {
  readonly program: string
  readonly at: string
  /** Later than this the file should have been written again: the service does not run, or hangs. */
  readonly staleAfter: string
  readonly ok: boolean
  readonly ailments: readonly Ailment[]
  readonly scope: { readonly addresses: number; readonly hash: string } | null
  readonly round: Fact<'round'> | null
  readonly delivery: Fact<'delivery'> | null
  readonly waiting: { readonly envelopes: number; readonly readings: number; readonly oldest: string | null }
}

/** Before settings have come rounds are hourly. */
const FIRST_INTERVAL_MINUTES = 60
/** A call to Central may be put off so long by back-off and by its own wish for quiet, and a long round holds everything up. */
const SLACK_MS = 60 * 60_000
/** Calls that failed in a row before anybody is to be woken: a proxy that restarts is no news. */
const FAILURES_BORNE = 3

/** How this Onsite is now. */
export function healthOf({ store, outbox, local, world }: Onsite): Health {
  const now = world.clock.wall()
  const { scope, instructions, config } = local
  const isStandby = store.get('settings')?.duty === 'standby'
  const interval = (store.get('settings')?.intervalMinutes ?? FIRST_INTERVAL_MINUTES) * 60_000
  const [round, delivery] = [store.get('round'), store.get('delivery')]
  const patience = 2 * interval + SLACK_MS
  const wrong: Readonly<Record<Ailment, boolean>> = {
    notEnrolled: store.get('identity') === null,
    scope: !scope.ok,
    instructions: !instructions.ok,
    configuration: !config.ok && config.reason === 'badConfig',
    roundLate:
      !isStandby &&
      round !== null &&
      now - dueAfter(Date.parse(round.endedAt), store.get('settings')) > patience - interval,
    noPrinter: !isStandby && round !== null && round.printers === 0,
    notDelivered: delivery !== null && !delivery.ok && delivery.failures > FAILURES_BORNE,
    traps: store.get('traps')?.state === 'deaf',
  }
  const ailments = all.filter((ailment) => wrong[ailment])
  const { envelopes, readings, oldest } = outbox.waiting()
  return {
    program: PROGRAM,
    at: moment(now),
    staleAfter: moment(now + patience),
    // Traps are hints: without them everything is read all the same.
    ok: ailments.every((ailment) => ailment === 'traps'),
    ailments,
    scope: scope.ok ? { addresses: scope.scope.size, hash: scope.scope.hash } : null,
    round,
    delivery,
    waiting: { envelopes, readings, oldest },
  }
}

/** When the round after one that ended then should have begun: outside working hours nobody is asked. */
function dueAfter(ended: number, settings: Fact<'settings'> | null): number {
  const interval = (settings?.intervalMinutes ?? FIRST_INTERVAL_MINUTES) * 60_000
  const zone = settings === null ? null : zoneOf(settings.zone)
  return settings === null || zone === null ? ended + interval : opensAt(settings.hours, zone, ended + interval)
}

const all = [
  'notEnrolled',
  'scope',
  'instructions',
  'configuration',
  'roundLate',
  'noPrinter',
  'notDelivered',
  'traps',
] as const satisfies readonly Ailment[]

/** Writes the file, whole or not at all, readable for the service's group; a disk that does not take it stops nothing. */
export function writeHealth(onsite: Onsite, folder: string): void {
  const path = join(folder, stateFiles.health)
  const text = `${JSON.stringify(healthOf(onsite), null, 2)}\n`
  try {
    writeFileSync(`${path}.new`, text, { mode: 0o640 })
    // Whatever the service's umask says: monitoring is in its group.
    chmodSync(`${path}.new`, 0o640)
    renameSync(`${path}.new`, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    onsite.world.log({ level: 'warning', what: 'health.json is not written', detail: error.message })
  }
}
