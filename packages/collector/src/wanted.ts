/**
 * What is asked of a known device again, and in which kinds of visits: single instances, and neighbours in the columns of its tables, each
 * in the device's own order.
 */
import { type ReadKind, readKinds } from '@platen/model'
import { Oid, type Value } from '@platen/snmp'
import { z } from 'zod'
import { type Run, runSchema } from './asks.ts'
import type { Plan } from './plan.ts'
import { objectSchema } from './schema/term.ts'

/** Visits to a known device. */
export type LaterKind = Exclude<ReadKind, 'full'>
export const laterKinds = readKinds.filter((kind) => kind !== 'full')

/** Single instances and runs of one device, more than any full read keeps. */
const MOST_WANTED = 512

/** Objects that are asked in the same kinds of visits. */
export const wantedSchema = z.strictObject({
  kinds: z.array(z.enum(readKinds).exclude(['full'])).max(laterKinds.length),
  singles: z.array(objectSchema).max(MOST_WANTED),
  runs: z.array(runSchema).max(MOST_WANTED),
})
export type Wanted = z.infer<typeof wantedSchema>

/** Objects by the kinds of visits that ask for them, each once. */
export function wantedOf(
  columns: Columns,
  groups: readonly { readonly kinds: readonly LaterKind[]; readonly objects: Iterable<string> }[],
): readonly Wanted[] {
  const kindsOf = new Map<string, Set<LaterKind>>()
  for (const { kinds, objects } of groups) {
    for (const object of objects) {
      const known = kindsOf.get(object)
      if (known === undefined) kindsOf.set(object, new Set(kinds))
      else for (const kind of kinds) known.add(kind)
    }
  }
  const byKinds = new Map<string, { readonly kinds: LaterKind[]; readonly objects: string[] }>()
  for (const [object, kinds] of kindsOf) {
    const ordered = laterKinds.filter((kind) => kinds.has(kind))
    const known = byKinds.get(ordered.join())
    if (known === undefined) byKinds.set(ordered.join(), { kinds: ordered, objects: [object] })
    else known.objects.push(object)
  }
  return [...byKinds.values()].map(({ kinds, objects }) => ({ kinds, ...columns.wanted(objects) }))
}

/** Runs that go on where another one ends become one. */
export function joined(runs: readonly Run[]): readonly Run[] {
  const lasts = new Set(runs.map(({ cells }) => cells.at(-1)))
  const byAfter = new Map(runs.map((run) => [run.after, run]))
  return runs.flatMap((head) => {
    if (lasts.has(head.after)) return []
    const cells = [...head.cells]
    let { ends } = head
    for (let next = followed(cells, byAfter); next !== undefined; next = followed(cells, byAfter)) {
      cells.push(...next.cells)
      ends ??= next.ends
      if (next.cells.length === 0) break
    }
    return [{ after: head.after, cells, ...(ends === undefined ? {} : { ends }) }]
  })
}

function followed(cells: readonly string[], byAfter: ReadonlyMap<string, Run>): Run | undefined {
  const last = cells.at(-1)
  return last === undefined ? undefined : byAfter.get(last)
}

/** A device's answers by column, each in the device's order. */
export class Columns {
  readonly #answers: ReadonlyMap<string, Value>
  readonly #columnOf: (object: string) => string | null
  readonly #cells = new Map<string, string[]>()

  constructor(answers: ReadonlyMap<string, Value>, { layout }: Plan) {
    this.#answers = answers
    this.#columnOf = (object) => layout.columnOf(object)
    for (const object of answers.keys()) {
      const column = layout.columnOf(object)
      if (column === null) continue
      const cells = this.#cells.get(column)
      if (cells === undefined) this.#cells.set(column, [object])
      else cells.push(object)
    }
    for (const [column, cells] of this.#cells) this.#cells.set(column, inOrder(cells))
  }

  last(column: string): string | null {
    return this.#cells.get(column)?.at(-1) ?? null
  }

  /** These objects as stretches of neighbours, and those that stand in no table. */
  wanted(objects: readonly string[]): { singles: string[]; runs: Run[] } {
    const wanted = new Set(objects)
    const singles = objects.filter((object) => this.#columnOf(object) === null)
    const runs: Run[] = []
    for (const [column, cells] of this.#cells) {
      let open: { after: string; cells: string[] } | null = null
      cells.forEach((cell, at) => {
        if (!wanted.has(cell)) open = null
        else if (open !== null) open.cells.push(cell)
        else {
          open = { after: cells[at - 1] ?? column, cells: [cell] }
          runs.push(open)
        }
      })
    }
    return { singles, runs }
  }

  /** Answers that do not move: a column with one moving cell is not remembered at all, and neither is what is asked anyway. */
  still(moving: ReadonlySet<string>, asked: ReadonlySet<string>): readonly string[] {
    const columns = new Set([...moving].map((object) => this.#columnOf(object)))
    columns.delete(null)
    return [...this.#answers.keys()].filter((object) => {
      const column = this.#columnOf(object)
      return !moving.has(object) && !asked.has(object) && (column === null || !columns.has(column))
    })
  }
}

function inOrder(cells: readonly string[]): string[] {
  return cells
    .map((text) => Oid.parse(text))
    .sort((one, other) => one.compare(other))
    .map(({ text }) => text)
}
