/**
 * Which of a device's objects move by themselves: those that meters, levels, status, alerts and up time are read from. Found by going
 * through the profile's terms over what the device answered once, so that everything else may be remembered and these never are.
 */

import type { Facts } from './facts.ts'
import { readyTerm } from './finder.ts'
import { type Accept, anything as always, countIn, type Find } from './found.ts'
import type { Row } from './grid.ts'
import type { Profile } from './instructions.ts'
import type { Term } from './schema/term.ts'

/** Objects of one device that are asked at every visit. */
export interface LiveObjects {
  /** What meters and checks are counted from. */
  readonly meters: ReadonlySet<string>
  /** Levels of supplies and trays. */
  readonly levels: ReadonlySet<string>
  /** Status, errors, covers and up time. */
  readonly status: ReadonlySet<string>
  /** Code and place of every alert: as long as they stay, the alert is the same. */
  readonly alerts: ReadonlySet<string>
  /** The columns of those, by table: a row more is met behind the last one. */
  readonly alertColumns: ReadonlyMap<string, readonly string[]>
}

/** Goes through a profile over one device's answers. */
export function liveObjects(facts: Facts): LiveObjects {
  const { profile } = facts.plan
  const terms = new Terms(facts)
  const meters = new Set<string>()
  const levels = new Set<string>()
  const status = new Set<string>()
  for (const rule of profile.meters)
    for (const row of facts.rows(rule.rows))
      if (terms.isRead(rule.only, row)) terms.add(rule.value, row, { to: meters, accept: isCount })
  for (const { left, right } of profile.checks)
    for (const side of [left, right])
      if ('value' in side) terms.add(side.value, undefined, { to: meters, accept: always })
  for (const rule of [...profile.supplies, ...profile.inputs, ...profile.outputs])
    for (const row of facts.rows(rule.rows))
      if (rule.level !== undefined) terms.add(rule.level, row, { to: levels, accept: isNumber })
  for (const rule of profile.covers)
    for (const row of facts.rows(rule.rows)) terms.add(rule.state, row, { to: status, accept: always })
  for (const term of [profile.status?.device, profile.status?.errors, profile.identity.upTime])
    if (term !== undefined) terms.add(term, undefined, { to: status, accept: always })
  return { meters, levels, status, ...liveAlerts(facts) }
}

/** Goes through its rules for alerts alone. */
export function liveAlerts(facts: Facts): Pick<LiveObjects, 'alerts' | 'alertColumns'> {
  const { profile } = facts.plan
  const terms = new Terms(facts)
  const alerts = new Set<string>()
  for (const rule of profile.alerts)
    for (const row of facts.rows(rule.rows))
      for (const term of [rule.code, rule.groupIndex]) terms.add(term, row, { to: alerts, accept: always })
  return { alerts, alertColumns: alertColumns(profile) }
}

/** All objects that who the device is may be told by, whether they move or not. */
export function tellingObjects(facts: Facts): ReadonlySet<string> {
  const terms = new Terms(facts)
  const telling = new Set<string>()
  const { upTime: _, ...identity } = facts.plan.profile.identity
  for (const term of Object.values(identity)) terms.add(term, undefined, { to: telling, accept: () => false })
  return telling
}

function alertColumns({ alerts, tables }: Profile): ReadonlyMap<string, readonly string[]> {
  return new Map(
    alerts.map(({ rows, code, groupIndex }) => {
      const columns = [code, groupIndex].flatMap((term) =>
        typeof term === 'object' && 'column' in term ? (tables[rows]?.columns[term.column] ?? []) : [],
      )
      return [rows, columns] as const
    }),
  )
}

const isCount: Accept = (found) => (countIn(found) ?? -1n) >= 0n
const isNumber: Accept = (found) => typeof found.value === 'number' || countIn(found) !== null

/** Where objects are gathered, and what makes one of several sources the one that counts. */
interface Gathering {
  readonly to: Set<string>
  readonly accept: Accept
}

/** The objects that a term looks at for its value; what only finds a row or names it (labels, codes, indexes) does not move. */
class Terms {
  readonly #facts: Facts
  readonly #ready = new Map<Term, Find>()

  constructor(facts: Facts) {
    this.#facts = facts
  }

  add(term: Term, row: Row | undefined, gathering: Gathering): void {
    for (const object of this.#objects(term, row, gathering.accept)) gathering.to.add(object)
  }

  /** Whether a rule reads this row: what its `only` looks at is a label or a code and stays as it is. */
  isRead(only: Term | undefined, row: Row | undefined): boolean {
    return only === undefined || this.#find(only)(this.#facts.scene, row, always) !== undefined
  }

  #objects(term: Term, row: Row | undefined, accept: Accept): readonly string[] {
    if (typeof term !== 'object') return []
    const inside = (terms: readonly Term[], one: Accept) => terms.flatMap((each) => this.#objects(each, row, one))
    if ('get' in term) return this.#answered(term.get)
    if ('records' in term) return this.#answered(this.#profile.records[term.records]?.object)
    if ('first' in term) return inside(this.#upToAccepted(term.first, row, accept), accept)
    if ('sum' in term)
      return Array.isArray(term.sum) ? inside(term.sum, accept) : this.#column(term.sum.rows, term.sum.column)
    if ('count' in term)
      return this.#column(term.count, Object.keys(this.#profile.tables[term.count]?.columns ?? {})[0])
    if ('rows' in term) return this.#inRows(term, row)
    if ('column' in term) return this.#cell(term, row)
    if ('text' in term) return inside([term.text], always)
    if ('label' in term) return inside([term.label], always)
    return 'join' in term ? inside(term.join, always) : []
  }

  /** `first` looks no further than what it takes. */
  #upToAccepted(terms: readonly Term[], row: Row | undefined, accept: Accept): readonly Term[] {
    const { scene } = this.#facts
    const at = terms.findIndex((term) => {
      const found = this.#find(term)(scene, row, accept)
      return found !== undefined && accept(found, scene)
    })
    return at < 0 ? terms : terms.slice(0, at + 1)
  }

  #answered(object: string | undefined): readonly string[] {
    return object !== undefined && this.#facts.scene.answers.has(object) ? [object] : []
  }

  #column(table: string, column = ''): readonly string[] {
    const rows = this.#facts.scene.grid.get(table)?.rows ?? []
    return rows.flatMap((row) => row.cells.get(column)?.object ?? [])
  }

  /** The cell of every row that fits: which of them is the first that will do may change. */
  #inRows(term: Extract<Term, { rows: string }>, row: Row | undefined): readonly string[] {
    const cells: string[] = []
    this.#find(term)(this.#facts.scene, row, ({ objects }) => {
      cells.push(...objects.slice(-1))
      return false
    })
    return cells
  }

  #cell(term: Extract<Term, { column: string }>, row: Row | undefined): readonly string[] {
    const { column } = term
    if (!('of' in term) || term.of === undefined || term.by === undefined) return cellsOf(row, column)
    const { scene } = this.#facts
    const found = this.#find(term)(scene, row, always)
    const cell = found?.objects.at(-1)
    return cell === undefined ? [] : [cell]
  }

  #find(term: Term): Find {
    let find = this.#ready.get(term)
    if (find === undefined) {
      find = readyTerm(term, this.#profile)
      this.#ready.set(term, find)
    }
    return find
  }

  get #profile(): Profile {
    return this.#facts.plan.profile
  }
}

function cellsOf(row: Row | undefined, column: string): readonly string[] {
  const cell = row?.cells.get(column)
  return cell === undefined ? [] : [cell.object]
}
