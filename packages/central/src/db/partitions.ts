/** Monthly partitions of readings and envelopes, made before the first row of a month comes. */
import type { Database } from './database.ts'

/** The same number in every Central: two that make one month at the same moment take turns. */
const lock = 7_503_282
const parents = ['reading', 'envelope'] as const
type Parent = (typeof parents)[number]

/** Remembers which months are there, so that intake asks the catalogue once a month and not once a delivery. */
export class Partitions {
  readonly #database: Database
  readonly #made = new Set<string>()

  constructor(database: Database) {
    this.#database = database
  }

  /** The months of these that may still have to be made. */
  missing(parent: Parent, months: Iterable<string>): readonly string[] {
    return [...new Set(months)].filter((month) => !this.#made.has(`${parent} ${month}`))
  }

  /** Makes what is missing. Months are `YYYY-MM` in UTC. */
  async ensure(parent: Parent, months: Iterable<string>): Promise<void> {
    const missing = this.missing(parent, months)
    if (missing.length === 0) return
    await this.#database.as({ role: 'migrate' }, async (queries) => {
      await queries.run('select pg_advisory_xact_lock($1)', [lock])
      for (const month of missing) await queries.run(createPartition(parent, month))
    })
    for (const month of missing) this.#made.add(`${parent} ${month}`)
  }

  /** Makes this month and the next for both tables. */
  async ahead(now: number): Promise<void> {
    const thisMonth = new Date(now).toISOString().slice(0, 7)
    for (const parent of parents) await this.ensure(parent, [thisMonth, nextMonth(thisMonth)])
  }
}

function createPartition(parent: Parent, month: string): string {
  if (!/^\d{4}-\d{2}$/.test(month)) throw new Error(`${month} is not a month`)
  const name = `${parent}_${month.replace('-', '_')}`
  return `create table if not exists ${name} partition of ${parent}
    for values from ('${month}-01 00:00:00+00') to ('${nextMonth(month)}-01 00:00:00+00')`
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7)
}
