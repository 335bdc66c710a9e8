/** Finds tables in a maker's branch of a recording: a column of labels, and beside it, at the same indexes, columns of counts. */
import type { Varbind } from '@platen/snmp'
import { guessLabel, isMedium } from './labels.ts'

/** One column of counts: its object, and its counts by index. */
export interface CountColumn {
  readonly column: string
  readonly counts: ReadonlyMap<string, bigint>
}

/** A labelled table: what each row is called, and the columns that count. */
export interface LabelledTable {
  /** Both kinds of column stand below it. */
  readonly entry: string
  readonly labelColumn: string
  readonly labels: ReadonlyMap<string, string>
  /** The likeliest first. */
  readonly counts: readonly CountColumn[]
  /** Its labels are names of media. */
  readonly isBySize: boolean
}

/** Indexes of more arcs than this are no table's that counts pages. */
const MOST_INDEX = 4
/** One row is no table. */
const LEAST_LABELS = 2
/** Of a counter's labels more are understood than of any other list of words. */
const LEAST_SHARE = 0.3

/** The labelled tables of these rows (a maker's only), those with the most understood labels first. No object is in two. */
export function labelledTables(rows: readonly Varbind[], lifeCount: bigint | null): readonly LabelledTable[] {
  const maker = new Rows(rows)
  const found = maker.labelColumns().flatMap((column) => maker.tableOf(column, lifeCount) ?? [])
  const ranked = found.sort((one, other) => worth(other) - worth(one))
  const taken = new Set<string>()
  return ranked.filter(({ labelColumn, labels, counts }) => {
    const own = [...[...labels.keys()].map((index) => `${labelColumn}.${index}`), ...counts.map(({ column }) => column)]
    const isFree = own.every((object) => !taken.has(object))
    if (isFree) for (const object of own) taken.add(object)
    return isFree
  })
}

/** How many labels a rule would be made of. */
function worth({ labels, isBySize }: LabelledTable): number {
  const texts = [...labels.values()]
  return texts.filter((text) => (isBySize ? isMedium(text) : guessLabel(text).ok)).length
}

interface LabelColumn {
  readonly entry: string
  readonly column: string
  readonly labels: ReadonlyMap<string, string>
}

/** A maker's rows, by object. */
class Rows {
  readonly #texts = new Map<string, string>()
  readonly #counts = new Map<string, bigint>()
  /** Objects that are Counter32 or Counter64: what the maker himself calls a counter. */
  readonly #counters = new Set<string>()

  constructor(rows: readonly Varbind[]) {
    for (const { oid, value } of rows) {
      if (value.type === 'octets') this.#take(oid.text, value.value)
      if (value.type === 'counter32' || value.type === 'counter64') this.#counters.add(oid.text)
      if (['integer', 'counter32', 'gauge32', 'counter64'].includes(value.type) && 'value' in value) {
        const count = BigInt(String(value.value))
        if (count >= 0n) this.#counts.set(oid.text, count)
      }
    }
  }

  /** A text of digits only is a count that somebody wrote down. */
  #take(object: string, octets: Uint8Array): void {
    const text = Buffer.from(octets)
      .toString('utf8')
      .replaceAll(/[\p{Cc}\ufffd]/gu, '')
      .trim()
    if (/^\d{1,18}$/.test(text)) this.#counts.set(object, BigInt(text))
    else if (/\p{L}{2}|^[ab]\d|^dl$|^c\d/iu.test(text) && text.length <= 64) this.#texts.set(object, text)
  }

  /** Every way to cut the texts into a column and an index, of which at least two labels are understood. */
  labelColumns(): readonly LabelColumn[] {
    const columns = new Map<string, Map<string, string>>()
    for (const [object, text] of this.#texts) {
      const arcs = object.split('.')
      for (let length = 1; length <= MOST_INDEX && arcs.length - length > 8; length++) {
        const column = arcs.slice(0, -length).join('.')
        const labels = columns.get(column) ?? new Map<string, string>()
        labels.set(arcs.slice(-length).join('.'), text)
        columns.set(column, labels)
      }
    }
    return [...columns].flatMap(([column, labels]) => {
      const texts = [...labels.values()]
      const media = texts.filter(isMedium).length
      // A list of media is one only as a whole: among other words, sizes are what a device can do.
      const understood = media * 2 > texts.length ? media : texts.filter((text) => guessLabel(text).ok).length
      const entry = column.slice(0, column.lastIndexOf('.'))
      return understood < Math.max(LEAST_LABELS, texts.length * LEAST_SHARE) ? [] : [{ entry, column, labels }]
    })
  }

  /** The table around a column of labels, if numbers stand beside at least half of them. */
  tableOf({ entry, column, labels }: LabelColumn, lifeCount: bigint | null): LabelledTable | null {
    const beside = new Map<string, Map<string, bigint>>()
    const prefix = `${entry}.`
    for (const [object, count] of this.#counts) {
      if (!object.startsWith(prefix) || object.startsWith(`${column}.`)) continue
      const [arc = '', ...rest] = object.slice(prefix.length).split('.')
      const index = rest.join('.')
      if (!labels.has(index)) continue
      const counts = beside.get(`${prefix}${arc}`) ?? new Map<string, bigint>()
      counts.set(index, count)
      beside.set(`${prefix}${arc}`, counts)
    }
    const isBySize = [...labels.values()].filter(isMedium).length * 2 > labels.size
    const counts = [...beside]
      .filter(
        ([, found]) => found.size >= LEAST_LABELS && found.size * (isBySize ? 4 : 2) >= labels.size && varies(found),
      )
      .map(([found, values]) => ({ column: found, counts: values }))
      .sort((one, other) => this.#likelihood(other, lifeCount) - this.#likelihood(one, lifeCount))
    // Lists of media stand in many places; the one that counts adds up to what the device has made.
    const isProved = !isBySize || lifeCount === null || counts.some(({ counts: some }) => near(sumOf(some), lifeCount))
    return counts.length === 0 || !isProved ? null : { entry, labelColumn: column, labels, counts, isBySize }
  }

  /** The life count among the counts or as their sum is proof; a Counter is the maker's word; else the more rows the better. */
  #likelihood({ column, counts }: CountColumn, lifeCount: bigint | null): number {
    const values = [...counts.values()]
    const isLife = lifeCount !== null && lifeCount > 0n && values.includes(lifeCount)
    const isSum = lifeCount !== null && lifeCount > 0n && near(sumOf(counts), lifeCount)
    const isCounter = [...counts.keys()].some((index) => this.#counters.has(`${column}.${index}`))
    return (isLife || isSum ? 10_000 : 0) + (isCounter ? 1_000 : 0) + counts.size
  }
}

const sumOf = (counts: ReadonlyMap<string, bigint>): bigint => [...counts.values()].reduce((all, one) => all + one, 0n)

/** Within 3 %: some life counts hold pages that nobody is billed for. */
function near(one: bigint, other: bigint): boolean {
  const gap = one > other ? one - other : other - one
  return gap * 100n <= other * 3n
}

/** A column of one number over and over, or of 1, 2, 3, is a unit or a code. */
function varies(counts: ReadonlyMap<string, bigint>): boolean {
  const values = [...counts.values()]
  return new Set(values).size > 1 && !values.every((value, at) => at === 0 || value === (values[at - 1] ?? 0n) + 1n)
}
