/**
 * Clocks that are wrong, jump, or change their hour, at every place of a reading's way. What was read arrives once, in order, with true
 * intervals: those come from the clock that never goes back, whatever the wall shows.
 */
import { fromHex, openEnvelope, recipientOf, type SignedEnvelope, toHex, unpackDelivery } from '@platen/wire'
import type { FakeCentral } from '../fake-central.testing.ts'
import type { Onsite } from '../onsite.ts'
import { printer, Rig } from '../rig.testing.ts'
import { statusOf } from '../status.ts'
import { type Books, booksOf } from './books.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR
const YEAR = 365 * DAY
/** True time between two rounds; it passes at once. */
const BETWEEN = HOUR
/** The true time at the beginning, if a case does not say another. */
const NOW = Date.UTC(2026, 5, 15, 10, 30)

/** What a wall clock shows at a true moment of the case; `stage` counts what has been done. */
interface Wrong {
  readonly begins?: number
  /** The machine's time zone. */
  readonly zone?: string
  readonly shows: (moment: { readonly trueWall: number; readonly passed: number; readonly stage: number }) => number
}

/** Stages: 1 after the first round's first reading, 2 after the first round, 3 before delivering, 4 after it, 5 in the next start. */
const jumps = (from: number, by: number): Wrong => ({
  shows: ({ trueWall, stage }) => trueWall + (stage >= from ? by : 0),
})
const right = ({ trueWall }: { trueWall: number }) => trueWall

/** The matrix. */
export const CLOCKS: Readonly<Record<string, Wrong>> = {
  right: { shows: right },
  'ten years ahead': { shows: ({ trueWall }) => trueWall + 10 * YEAR },
  'ten years behind': { shows: ({ trueWall }) => trueWall - 10 * YEAR },
  '1970 at boot, for ever': { shows: ({ passed }) => passed },
  '1970 at boot, set in the round': { shows: ({ trueWall, passed, stage }) => (stage >= 1 ? trueWall : passed) },
  '1970 at boot, set before the delivery': { shows: ({ trueWall, passed, stage }) => (stage >= 3 ? trueWall : passed) },
  '1970 again after a restart': { shows: ({ trueWall, passed, stage }) => (stage >= 5 ? passed : trueWall) },
  'an hour back in the round': jumps(1, -HOUR),
  'an hour ahead in the round': jumps(1, HOUR),
  'an hour back between seal and delivery': jumps(3, -HOUR),
  'an hour ahead between seal and delivery': jumps(3, HOUR),
  'ten years ahead in the round': jumps(1, 10 * YEAR),
  'ten years back in the round': jumps(1, -10 * YEAR),
  'ten years ahead between seal and delivery': jumps(3, 10 * YEAR),
  'ten years back between seal and delivery': jumps(3, -10 * YEAR),
  'ten years ahead after the delivery': jumps(4, 10 * YEAR),
  'an hour back after a restart': jumps(5, -HOUR),
  'summer time begins': { begins: Date.UTC(2026, 2, 29, 0, 30), zone: 'Europe/Vienna', shows: right },
  'summer time ends': { begins: Date.UTC(2026, 9, 25, 0, 30), zone: 'Europe/Vienna', shows: right },
  '2036, where 32 bits of NTP end': { begins: Date.UTC(2036, 1, 7, 6, 28, 10), shows: right },
  '2038, where 31 bits of seconds end': { begins: Date.UTC(2038, 0, 19, 3, 14, 2), shows: right },
  'a leap second, smeared over a day': {
    begins: Date.UTC(2026, 11, 31, 12),
    shows: ({ trueWall, passed }) => trueWall - Math.min(SECOND, (passed / DAY) * SECOND),
  },
  'a leap second, said twice': {
    begins: Date.UTC(2026, 11, 31, 23, 59, 59),
    shows: ({ trueWall, passed }) => trueWall - (passed > SECOND ? SECOND : 0),
  },
}

/** What was wrong, by case. */
export interface ClocksReport {
  readonly cases: number
  readonly wrong: readonly string[]
}

/** Reads, is restarted, reads again and delivers under every clock. */
export async function turnClocks(say: (line: string) => void): Promise<ClocksReport> {
  const wrong: string[] = []
  for (const [name, clock] of Object.entries(CLOCKS)) {
    const faults = await underClock(clock)
    wrong.push(...faults.map((fault) => `${name}: ${fault}`))
    say(`${name.padEnd(44)} ${faults.length === 0 ? 'ok' : faults.join(', ')}`)
  }
  return { cases: Object.keys(CLOCKS).length, wrong }
}

const PRINTERS = 3

async function underClock(wrong: Wrong): Promise<readonly string[]> {
  const rig = new Rig()
  const zone = process.env.TZ
  if (wrong.zone !== undefined) process.env.TZ = wrong.zone
  try {
    return await lived(rig, wrong)
  } finally {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
    await rig.clear()
  }
}

async function lived(rig: Rig, wrong: Wrong): Promise<readonly string[]> {
  const time = { moved: 0, stage: 0 }
  const real = rig.world()
  const born = real.clock.now()
  const passed = () => real.clock.now() - born + time.moved
  const trueWall = () => (wrong.begins ?? NOW) + passed()
  const wall = () => wrong.shows({ trueWall: trueWall(), passed: passed(), stage: time.stage })
  // A new life has a new name, and its clock begins anew.
  const worldOf = (life: string) => {
    const begins = passed()
    const clock = { ...real.clock, wall, life, now: () => passed() - begins }
    return { world: { ...real, clock } }
  }
  const central = await rig.central()
  central.wall = trueWall
  const { port } = await rig.fleet({ base: '127.42.0.1', recordings: [printer], count: PRINTERS })
  const scope = `demo = true\nranges = ["127.42.0.1-127.42.0.${PRINTERS}"]\n`
  const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port, changes: worldOf('0'.repeat(16)) })
  const ids: string[] = []
  const faults: string[] = []
  const read = async (one: Onsite) => {
    const done = await one.round({
      onFate: () => {
        time.stage = Math.max(time.stage, 1)
      },
      onKept: (kept) => void ids.push(...kept.map(({ reading }) => reading.id)),
    })
    if (!done.ok || done.tally.kept !== PRINTERS) faults.push(`not all were read: ${JSON.stringify(done)}`)
    if (done.ok && (done.milliseconds < 0 || done.milliseconds > HOUR)) faults.push(`took ${done.milliseconds} ms`)
  }
  const tell = async (one: Onsite) => {
    const done = await one.deliver()
    if (!done.ok) faults.push(`not delivered: ${done.reason} ${done.detail}`)
    statusOf(one)
  }
  await read(onsite)
  time.stage = 2
  time.moved += BETWEEN
  await read(onsite)
  time.stage = 3
  await tell(onsite)
  const kept = onsite.outbox.delivered()
  time.stage = 4
  time.moved += BETWEEN
  await read(onsite)
  await tell(onsite)
  if (onsite.outbox.delivered() <= kept) faults.push('what was delivered is not kept for 14 days')
  onsite.close()
  time.stage = 5
  const again = rig.open(folder, worldOf('1'.repeat(16)))
  await read(again)
  await tell(again)
  // 14 days later what was delivered has gone: a clock that is wrong keeps nothing for ever.
  time.moved += 14 * DAY + HOUR
  await tell(again)
  const left = again.outbox.delivered()
  if (left > 1) faults.push(`${left} envelopes are kept for ever`)
  if (again.outbox.waiting().envelopes > 0) faults.push('something waits')
  faults.push(...unsound(booksOf(central, ids, again.ledger)), ...(await outOfOrder(central, again)))
  const bugs = rig.lines.filter(({ level }) => level === 'error')
  return [...faults, ...bugs.map(({ what, detail }) => `${what}: ${detail}`)]
}

function unsound({ acknowledged, lost, doubled, forks, gaps, brokenLedger }: Books): string[] {
  const isSound = lost.length + doubled.length + forks + gaps.length === 0 && brokenLedger === null
  return isSound && acknowledged === 4 * PRINTERS ? [] : ['the books do not agree']
}

/** Order and intervals as Central sees them in the headers. */
async function outOfOrder(central: FakeCentral, onsite: Onsite): Promise<string[]> {
  const identity = onsite.store.get('identity')
  if (identity === null) throw new Error('not enrolled')
  const headers: SignedEnvelope['header'][] = []
  for (const body of central.raw) {
    const unpacked = unpackDelivery(body)
    if (!unpacked.ok) continue
    for (const bytes of unpacked.envelopes) {
      const opened = await openEnvelope(bytes, {
        sealingKeys: (id) => (toHex(id) === toHex(recipientOf(central.sealing.publicKey).id) ? central.sealing : null),
        signingKeyOf: () => fromHex(identity.signing.publicKey),
      })
      if (opened.ok) headers.push(opened.signed.header)
    }
  }
  const readings = headers.filter(({ kind }) => kind === 'readings')
  if (readings.length !== 4) return [`${readings.length} envelopes of readings`]
  const faults: string[] = []
  for (const [before, after] of [readings.slice(0, 2), readings.slice(1, 3)]) {
    if (before === undefined || after === undefined) continue
    const interval = after.monotonic - before.monotonic
    if (before.life !== after.life || Math.abs(interval - BETWEEN) > 60 * SECOND)
      faults.push(`an interval of ${interval} ms`)
  }
  const seqs = headers.map(({ seq }) => seq)
  if (seqs.some((seq, at) => at > 0 && seq <= (seqs[at - 1] ?? 0))) faults.push(`in the order ${seqs.join(' ')}`)
  return faults
}
