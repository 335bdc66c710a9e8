/**
 * Central is away for days while the service runs on: rounds go on, tries grow no faster than they may, and when it is back everything
 * is told once. Waits are over at once, on a clock that adds them up.
 */
import { httpExchange } from '../exchange.ts'
import { plainSettings } from '../fake-central.testing.ts'
import { hastyClock, printer, Rig } from '../rig.testing.ts'
import { run } from '../run.ts'
import { BACKOFF_CAP_MS, CONTACT_MS } from '../schedule.ts'
import { type Books, booksOf } from './books.ts'

const HOUR = 3_600_000
const PRINTERS = 5

/** What came of it. `gaps` are the shortest and the longest wait between two tries while it was away, in milliseconds. */
export interface AwayReport {
  readonly rounds: number
  readonly tries: number
  readonly waits: { readonly shortest: number; readonly longest: number }
  /** From Central's return until nothing waited any more, milliseconds by the clock of the service. */
  readonly caughtUpIn: number
  readonly bugs: readonly string[]
  readonly books: Books
}

/** The waits that are right: never sooner than after a success, never longer than the cap with all its jitter, and a round under way. */
export const WAITS = { least: CONTACT_MS, most: 2 * BACKOFF_CAP_MS + 5 * 60_000 } as const

/** Away for so many hours, with a round each `intervalMinutes`. */
export async function awayFor(hours: number, intervalMinutes: number): Promise<AwayReport> {
  const rig = new Rig()
  try {
    const central = await rig.central()
    central.settings = { ...plainSettings, intervalMinutes }
    const { port } = await rig.fleet({ base: '127.43.0.1', recordings: [printer], count: PRINTERS })
    const scope = `demo = true\nranges = ["127.43.0.1-127.43.0.${PRINTERS}"]\n`
    const world = rig.world()
    const clock = hastyClock(world.clock)
    central.wall = clock.wall
    const begun = clock.now()
    const isAway = () => clock.now() - begun < hours * HOUR
    const tries: number[] = []
    // Nobody listens at port 1.
    const nobody = httpExchange({ server: 'http://127.0.0.1:1' })
    const there = httpExchange({ server: central.url })
    let isEnrolled = false
    const exchange = () => async (ask: Parameters<typeof there>[0]) => {
      if (!isEnrolled || !isAway()) return there(ask)
      tries.push(clock.now())
      return nobody(ask)
    }
    const changes = { exchange, world: { ...world, clock } }
    const { onsite } = await rig.enrolled({ scope, central, snmpPort: port, changes })
    isEnrolled = true
    const ids: string[] = []
    const stop = new AbortController()
    let rounds = 0
    await run(onsite, {
      signal: stop.signal,
      onKept: (kept) => void ids.push(...kept.map(({ reading }) => reading.id)),
      onRound: () => {
        rounds += 1
      },
      onContact: () => {
        if (!isAway() && onsite.outbox.waiting().envelopes === 0) stop.abort()
      },
    })
    const waits = tries.slice(1).map((at, n) => at - (tries[n] ?? at))
    const bugs = rig.lines.filter(({ level }) => level === 'error').map(({ what, detail }) => `${what}: ${detail}`)
    return {
      rounds,
      tries: tries.length,
      waits: { shortest: Math.min(...waits), longest: Math.max(...waits) },
      caughtUpIn: clock.now() - begun - hours * HOUR,
      bugs,
      books: booksOf(central, ids, onsite.ledger),
    }
  } finally {
    await rig.clear()
  }
}
