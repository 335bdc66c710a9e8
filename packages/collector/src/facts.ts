/** One device's answers with its profile's plan: facts as clean text or honest numbers, and a note of everything that was not got. */
import type { Miss, MissReason } from '@platen/model'
import { cleanText } from './charset.ts'
import { type Accept, anything, countIn, type Find, type Found, type Scene, textOf } from './found.ts'
import type { Row } from './grid.ts'
import { type Missed, missOf } from './misses.ts'
import type { Observation } from './observation.ts'
import type { Plan } from './plan.ts'
import { unheardIn } from './unheard.ts'

/** A fact and the object instances that said it. */
export interface Fact<T> {
  readonly value: T
  readonly objects: readonly string[]
}

/** Both ends belong to it. */
interface Range {
  readonly least: number
  readonly most: number
}

/** What one device said, asked fact by fact. Misses gather here; `became`, where given, learns which object turned into what. */
export class Facts {
  readonly plan: Plan
  readonly scene: Scene
  readonly misses: Miss[] = []
  /** Meters by key whose own counter was missed when this was read before: an answer read again carries what was missed then. */
  readonly missedBefore: ReadonlySet<string>
  readonly #became: Map<string, string[]> | null

  constructor(
    observation: Observation,
    plan: Plan,
    options: { address: string; became: Map<string, string[]> | null },
  ) {
    this.plan = plan
    this.#became = options.became
    const { address } = options
    this.missedBefore = new Set(
      observation.misses.flatMap(({ code, subject }) => (code === 'notThisTime' ? [subject] : [])),
    )
    const { charset } = plan.profile
    const grid = plan.layout.layOut(observation.answers)
    const fallback = charset?.fallback ?? 'windows-1252'
    const undeclared: Scene = {
      answers: observation.answers,
      grid,
      address,
      charset: null,
      fallback,
      texts: new Map(),
      localized: new Map(),
      packed: new Map(),
      holding: new Map(),
      unheard:
        observation.misses.length === 0
          ? ALL_HEARD
          : unheardIn(observation.misses, {
              scalars: plan.scalars.map(({ text }) => text),
              tables: Object.keys(plan.profile.tables),
            }),
    }
    const declared = plan.charset?.(undeclared, undefined, anything)
    // What was looked up while the character set was not known is looked up again with it.
    this.scene =
      declared === undefined
        ? undeclared
        : { ...undeclared, charset: textOf(declared, undeclared), localized: new Map(), holding: new Map() }
  }

  /** Rows of a table in the order of their indexes, as many as the profile wants; one pass without a row if the rule is not about rows. */
  rows(table: string | undefined): readonly (Row | undefined)[] {
    if (table === undefined) return NO_ROW
    const rows = this.scene.grid.get(table)?.rows ?? NO_ROWS
    const most = this.plan.profile.tables[table]?.rows ?? rows.length
    return rows.length <= most ? rows : rows.slice(0, most)
  }

  /** The raw fact, for who must judge it himself. */
  find(find: Find, row: Row | undefined, accept: Accept = anything): Found | undefined {
    return find(this.scene, row, accept)
  }

  /** Clean text, '' where the device said nothing but blanks, null where it said nothing at all. */
  text(find: Find, row: Row | undefined, accept: Accept = hasText): Fact<string> | null {
    const found = find(this.scene, row, accept)
    return found === undefined ? null : { value: this.clean(found), objects: found.objects }
  }

  /** The plain words of a closed field or a label; '' if there are none. */
  word(find: Find, row: Row | undefined): string {
    return this.text(find, row)?.value ?? ''
  }

  /** A fact as it may be kept. */
  clean(found: Found): string {
    return cleanText(textOf(found, this.scene), this.plan.textLimit)
  }

  /** A number of any size or sign, null where there is none; what is no number is a miss of this subject. */
  number(find: Find, row: Row | undefined, subject: string): Fact<number> | null {
    const found = find(this.scene, row, isNumber)
    if (found === undefined) return null
    if (typeof found.value === 'number') return { value: found.value, objects: found.objects }
    const count = countIn(found)
    if (count !== null) return { value: Number(count), objects: found.objects }
    this.miss(subject, 'malformed', { code: 'noNumber', said: this.shown(found) })
    return null
  }

  /** A whole number in a range, null where there is none; one outside of it is a miss, as what is no number is. */
  whole(find: Find, row: Row | undefined, expected: { subject: string; range: Range }): Fact<number> | null {
    const { subject, range } = expected
    const fact = this.number(find, row, subject)
    if (fact === null || (Number.isInteger(fact.value) && fact.value >= range.least && fact.value <= range.most))
      return fact
    this.miss(subject, 'implausible', { code: 'outOfRange', said: fact.value, ...range })
    return null
  }

  /** A list as long as a reading may hold it; that there was more is a miss. */
  atMost<T>(list: readonly T[], most: number, subject: string): readonly T[] {
    if (list.length <= most) return list
    this.miss(subject, 'tooMany', { code: 'tooMany', most })
    return list.slice(0, most)
  }

  miss(subject: string, reason: MissReason, missed: Missed): void {
    this.misses.push(missOf(subject, reason, missed))
  }

  /** What was said, short enough for a message. */
  shown(found: Found): string {
    return cleanText(textOf(found, this.scene), MAX_SHOWN)
  }

  /** Whether anybody wants to know what became of the objects. */
  get isNoting(): boolean {
    return this.#became !== null
  }

  /** Notes that these objects became this, if anybody wants to know. */
  note(objects: readonly string[], became: () => string): void {
    if (this.#became === null) return
    for (const object of objects) {
      const known = this.#became.get(object)
      if (known === undefined) this.#became.set(object, [became()])
      else known.push(became())
    }
  }
}

/** Of most devices nothing was missed. */
const ALL_HEARD: Scene['unheard'] = new Map()
const NO_ROWS: readonly Row[] = []
const NO_ROW: readonly undefined[] = [undefined]

/** Characters of a device's words inside a message. */
const MAX_SHOWN = 48

/** Numbers always say something; text only if a character is left of it. */
const hasText: Accept = (found, scene) => {
  if (!(found.value instanceof Uint8Array || typeof found.value === 'string')) return true
  const text = textOf(found, scene)
  // Most texts begin with a character that is left of them whatever else is taken away.
  return (text.charCodeAt(0) > 0x20 && text.charCodeAt(0) < 0x7f) || cleanText(text, 1) !== ''
}

const isNumber: Accept = (found) => typeof found.value === 'number' || countIn(found) !== null
