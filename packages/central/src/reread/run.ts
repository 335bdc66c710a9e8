/**
 * Interprets kept readings once more when a profile was corrected: an operator's decision, device by device, a few readings a transaction.
 * What is replaced is kept beside it with both versions; who stops it loses nothing, and the same wish goes on where it was.
 */
import type { Instructions } from '@platen/collector/interpret'
import type { Reading } from '@platen/model'
import { fromJson, lineMost, linesOf, parseJson, readingSchema, readKept } from '@platen/wire'
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import type { Queries } from '../db/engine.ts'
import type { InstructionShelf } from '../instructions/shelf.ts'
import type { Columns, MeterLayout } from '../intake/columns.ts'
import { insertMeterLayouts } from '../intake/ingest.ts'
import { Layouts } from '../intake/layouts.ts'
import { checksText } from '../intake/state-columns.ts'
import type { Clock, Log } from '../world.ts'
import { Rereader } from './rules.ts'
import { beginRun, type Cursor, endRun, type Fate, noteRun, nothingYet, type RereadCounts, type Run } from './runs.ts'
import {
  type Change,
  changeRows,
  changeState,
  deviceAfter,
  type KeptRow,
  keptRows,
  keptState,
  lockDevice,
  otherLayouts,
  type Place,
} from './store.ts'

/** Readings of one transaction: a device is kept from intake for some hundred milliseconds, and 50 envelopes are some 3 MB. */
const rowsAtOnce = 50

/** What an operator wants. */
export interface RereadWish {
  /** Version to read by; the newest on the shelf if not given. */
  readonly version?: string | undefined
  /** Readings made before this moment (milliseconds since 1970) stay as they are: what was billed from them is not touched. */
  readonly since: number
  /** False only counts what would change. */
  readonly apply: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (counts: RereadCounts) => void
}

/** How it ended. `ended` is false where the signal came first. */
export type RereadDone =
  | { readonly ok: true; readonly version: string; readonly counts: RereadCounts; readonly ended: boolean }
  | { readonly ok: false; readonly reason: 'noInstructions'; readonly detail: string }

/** What it works with. */
export interface RereadParts {
  readonly database: Database
  readonly shelf: InstructionShelf
  readonly clock: Clock
  readonly logger: Pick<Log, 'error'>
}

/** Reads again all that was made under other versions since that moment, by profiles that differ. */
export async function rereadAll(parts: RereadParts, wish: RereadWish): Promise<RereadDone> {
  const version = wish.version ?? (await parts.shelf.offer())?.version ?? ''
  const instructions = await parts.shelf.read(version)
  if (instructions === null) {
    return { ok: false, reason: 'noInstructions', detail: `there are no instructions '${version}' on the shelf` }
  }
  const all = await parts.shelf.all()
  const pass = new RereadPass(parts, wish, {
    instructions,
    rereader: new Rereader(instructions, (one) => all.get(one) ?? null),
  })
  return { ok: true, version, ...(await pass.run()) }
}

const tenantRow = z.object({ tenant_id: z.bigint() })

class RereadPass {
  readonly #parts: RereadParts
  readonly #wish: RereadWish
  readonly #instructions: Instructions
  readonly #since: Date
  readonly #layouts = new Layouts<MeterLayout>('meter_layout', insertMeterLayouts)
  readonly #rereader: Rereader

  constructor(
    parts: RereadParts,
    wish: RereadWish,
    by: { readonly instructions: Instructions; readonly rereader: Rereader },
  ) {
    this.#parts = parts
    this.#wish = wish
    this.#instructions = by.instructions
    this.#rereader = by.rereader
    this.#since = new Date(wish.since)
  }

  async run(): Promise<{ readonly counts: RereadCounts; readonly ended: boolean }> {
    const { database, clock } = this.#parts
    const start: Run = { run: 0n, cursor: { tenant: 0n, device: 0n, at: null }, counts: nothingYet }
    const { version } = this.#instructions
    const now = new Date(clock.now())
    let run = this.#wish.apply ? await beginRun(database, { version, since: this.#since, now }) : start
    for (const tenant of await this.#tenantsFrom(run.cursor.tenant)) {
      const layouts = await this.#layoutsOf(tenant)
      if (tenant !== run.cursor.tenant) run = { ...run, cursor: { tenant, device: 0n, at: null } }
      for (;;) {
        if (this.#wish.signal?.aborted === true) return { counts: run.counts, ended: false }
        const next = layouts.length === 0 ? null : await this.#page(run, layouts)
        if (next === null) break
        run = next
        this.#wish.onProgress?.(run.counts)
      }
    }
    if (this.#wish.apply) await endRun(database, run.run, new Date(clock.now()))
    return { counts: run.counts, ended: true }
  }

  async #tenantsFrom(tenant: bigint): Promise<readonly bigint[]> {
    const sql = 'select tenant_id from tenant where tenant_id >= $1 order by tenant_id'
    const rows = await this.#parts.database.as({ role: 'migrate' }, (queries) => queries.rows(tenantRow, sql, [tenant]))
    return rows.map(({ tenant_id: id }) => id)
  }

  /** Layouts whose profile reads differently by now. */
  async #layoutsOf(tenant: bigint): Promise<readonly bigint[]> {
    const { version } = this.#instructions
    const acting = { role: 'reread', tenant } as const
    const rows = await this.#parts.database.as(acting, (queries) => otherLayouts(queries, tenant, version))
    return rows
      .filter(({ profile, instructions: before }) => this.#rereader.differs(profile, before))
      .map(({ layout_id: layout }) => layout)
  }

  /** One transaction: some readings of one device and, with its last ones, its state. Null after the tenant's last device. */
  async #page(run: Run, layouts: readonly bigint[]): Promise<Run | null> {
    const { tenant } = run.cursor
    return await this.#parts.database.as({ role: 'reread', tenant }, async (queries) => {
      const device = run.cursor.at === null ? await deviceAfter(queries, run.cursor) : run.cursor.device
      if (device === null) return null
      const place = { tenant, device }
      await lockDevice(queries, place)
      const wanted = { from: this.#since, after: run.cursor.at, layouts, most: rowsAtOnce }
      const rows = await keptRows(queries, place, wanted)
      const fates: Fate[] = []
      const changes = await this.#reread(queries, place, rows, fates)
      const pass = { ...place, run: run.run, now: new Date(this.#parts.clock.now()) }
      if (this.#wish.apply) await changeRows(queries, pass, changes)
      const last = rows.length < rowsAtOnce ? null : (rows.at(-1)?.at ?? null)
      if (last === null) {
        const state = await keptState(queries, place, wanted)
        const [change] = state === null ? [] : await this.#reread(queries, place, [state], [])
        if (change !== undefined && this.#wish.apply) await changeState(queries, pass, change)
      }
      const cursor: Cursor = { tenant, device, at: last }
      const next: Run = { run: run.run, cursor, counts: counted(run.counts, fates, last === null) }
      if (this.#wish.apply) await noteRun(queries, next)
      return next
    })
  }

  async #reread(
    queries: Queries,
    { tenant, device }: Place,
    rows: readonly KeptRow[],
    fates: Fate[],
  ): Promise<readonly Change[]> {
    const read: Omit<Change, 'layout'>[] = []
    for (const row of rows) {
      const { fate, change } = await this.#one(row, device)
      fates.push(fate)
      if (change !== null) read.push(change)
    }
    if (read.length === 0 || !this.#wish.apply) return read.map((one) => ({ ...one, layout: 0n }))
    const numbers = await this.#layouts.numbers(
      queries,
      tenant,
      read.map(({ columns }) => columns.meterLayout),
    )
    return read.map((one) => ({ ...one, layout: numbers.get(one.columns.meterLayout.hash) ?? 0n }))
  }

  /** A reading that brings out a bug stays as it is, is logged, and stops nobody. */
  async #one(
    row: KeptRow,
    device: bigint,
  ): Promise<{ readonly fate: Fate; readonly change: Omit<Change, 'layout'> | null }> {
    try {
      const reading = await readingOf(row)
      if (reading === null) return { fate: 'unproved', change: null }
      const again = this.#rereader.read(reading)
      if (again.kind !== 'read') return { fate: again.kind, change: null }
      const { columns } = again
      if (isSame(row, columns)) return { fate: 'same', change: null }
      const before = new Set(row.layout.map(({ key }) => key))
      const gained = columns.meterLayout.keys.some((key) => !before.has(key))
      return { fate: 'changed', change: { row, columns, checks: checksText(again.reading), gained } }
    } catch (error) {
      this.#parts.logger.error(
        { err: error, device: `${device}`, at: row.at },
        'a reading could not be interpreted again',
      )
      return { fate: 'failed', change: null }
    }
  }
}

/** The reading in a kept envelope, its signature verified; null where none is proved. */
async function readingOf(row: KeptRow): Promise<Reading | null> {
  const { kept, signing_key: key } = row
  if (kept === null || key === null) return null
  const read = await readKept(kept, { signingKeyOf: () => key })
  const line = read.ok ? linesOf(read.body)?.[row.item] : undefined
  if (line === undefined || line.length > lineMost) return null
  const parsed = readingSchema.safeParse(parseJson(line))
  return parsed.success ? fromJson(parsed.data) : null
}

/** Nothing to replace: the same meters, from the same objects, as sure as before. */
function isSame(row: KeptRow, { meterLayout: layout, meters, doubts }: Columns): boolean {
  return (
    (row.doubts ?? []).join() === doubts.join() &&
    row.layout.length === layout.keys.length &&
    row.layout.every(({ key, source }, place) => {
      const now = layout.meters[place]
      return (
        key === layout.keys[place] &&
        row.meters[place] === meters[place] &&
        source.confidence === now?.source.confidence &&
        source.objects.join(' ') === now.source.objects.join(' ')
      )
    })
  )
}

function counted(counts: RereadCounts, fates: readonly Fate[], isWhole: boolean): RereadCounts {
  const sum = { ...counts, devices: counts.devices + (isWhole ? 1 : 0) }
  for (const fate of fates) sum[fate] += 1
  return sum
}
