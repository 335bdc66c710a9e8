/** Layouts of meters and supplies in the database: written once, remembered here, looked up by hash. */
import { z } from 'zod'
import type { Queries } from '../db/engine.ts'

const layoutRow = z.object({ layout_id: z.bigint(), hash: z.string() })
/** Layouts remembered: a fleet of 10,000 devices has some hundreds of meter layouts and one supply layout a device. */
export const rememberedMost = 50_000

const describedRow = layoutRow.extend({ keys: z.array(z.string()) })

/** A layout's hash, and the keys of its meters in order (none for supplies). */
export interface Described {
  readonly hash: string
  readonly keys: readonly string[]
}

interface Layout {
  readonly hash: string
}

/** Finds the numbers of layouts. Only what a finished transaction stored is remembered: what was rolled back must be written again. */
export class Layouts<L extends Layout> {
  readonly #insert: (queries: Queries, tenant: bigint, layouts: readonly L[]) => Promise<void>
  readonly #table: 'meter_layout' | 'supply_layout'
  readonly #known = new Map<string, bigint>()
  readonly #described = new Map<string, Described>()

  constructor(
    table: 'meter_layout' | 'supply_layout',
    insert: (queries: Queries, tenant: bigint, layouts: readonly L[]) => Promise<void>,
  ) {
    this.#table = table
    this.#insert = insert
  }

  /** The number of each layout by its hash, writing those that are new. */
  async numbers(queries: Queries, tenant: bigint, layouts: readonly L[]): Promise<ReadonlyMap<string, bigint>> {
    const wanted = new Map(layouts.map((layout) => [layout.hash, layout]))
    const found = new Map<string, bigint>()
    for (const name of wanted.keys()) {
      const known = this.#known.get(`${tenant} ${name}`)
      if (known !== undefined) found.set(name, known)
    }
    // In one order everywhere: of two deliveries that write the same layouts each would wait for the other.
    const missing = [...wanted.values()]
      .filter(({ hash }) => !found.has(hash))
      .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    if (missing.length === 0) return found
    await this.#insert(queries, tenant, missing)
    const sql = `select layout_id, hash from ${this.#table} where tenant_id = $1 and hash = any($2)`
    for (const row of await queries.rows(layoutRow, sql, [tenant, missing.map(({ hash }) => hash)])) {
      found.set(row.hash, row.layout_id)
    }
    return found
  }

  /** What layouts by number are; states that name them have been committed. */
  async describe(queries: Queries, tenant: bigint, numbers: readonly bigint[]): Promise<(number: bigint) => Described> {
    const wanted = new Map<bigint, Described>()
    for (const number of numbers) {
      const known = this.#described.get(`${tenant} ${number}`)
      if (known !== undefined) wanted.set(number, known)
    }
    const missing = [...new Set(numbers)].filter((number) => !wanted.has(number))
    if (missing.length > 0) {
      const keys = this.#table === 'meter_layout' ? 'keys' : `'{}'::text[] as keys`
      const sql = `select layout_id, hash, ${keys} from ${this.#table} where tenant_id = $1 and layout_id = any($2)`
      const rows = await queries.rows(describedRow, sql, [tenant, missing])
      if (this.#described.size + rows.length > rememberedMost) this.#described.clear()
      for (const { layout_id: number, hash, keys: named } of rows) {
        const described = { hash, keys: named }
        wanted.set(number, described)
        this.#described.set(`${tenant} ${number}`, described)
      }
    }
    return (number) => {
      const described = wanted.get(number)
      if (described === undefined) throw new Error(`${this.#table} ${number} is named by a state and not there`)
      return described
    }
  }

  /** Remembers numbers after their transaction has committed. */
  remember(tenant: bigint, numbers: ReadonlyMap<string, bigint>): void {
    if (this.#known.size + numbers.size > rememberedMost) this.#known.clear()
    for (const [name, number] of numbers) this.#known.set(`${tenant} ${name}`, number)
  }
}
