/** A meter's history made ready to draw: exact numbers stay decimal strings, only the pixels' positions are floating point. Pure. */
import type { History } from '@platen/central/api'

type Point = History['points'][number]

export interface Series {
  /** Seconds since 1970. */
  readonly times: readonly number[]
  /** Height above `base`, small enough for a double to be exact on the scale of a screen. */
  readonly heights: readonly number[]
  /** What zero of the heights means. */
  readonly base: bigint
}

/** Above this the y axis does not begin at what a double holds exactly. */
const exact = BigInt(Number.MAX_SAFE_INTEGER)

/** The base is a multiple of this, so that the numbers on the axis stay round. */
const roundBase = 1_000_000n

/** Positions of the points. The base is zero as long as doubles hold the values, else beneath the least value. */
export function seriesOf(points: readonly Point[]): Series {
  const values = points.map(({ value }) => BigInt(value))
  const most = values.reduce((a, b) => (a > b ? a : b), 0n)
  const least = values.reduce((a, b) => (a < b ? a : b), most)
  const base = most > exact ? least - (least % roundBase) : 0n
  return {
    times: points.map(({ at }) => Date.parse(at) / 1000),
    heights: values.map((value) => Number(value - base)),
    base,
  }
}

/** The exact value at a height of the series, as a decimal string. */
export function valueAt(base: bigint, height: number): string {
  return String(base + BigInt(Math.round(height)))
}

export interface Step extends Point {
  /** What the meter moved since the point before, or null at the first. */
  readonly moved: string | null
}

/** The points newest first, each with what it moved. After an event nothing is subtracted: the two counts do not belong together. */
export function stepsOf(points: readonly Point[]): readonly Step[] {
  return points
    .map((point, index) => {
      const before = points[index - 1]
      const moved =
        before === undefined || point.event !== null ? null : String(BigInt(point.value) - BigInt(before.value))
      return { ...point, moved }
    })
    .toReversed()
}

/** First day asked for a span ending at `now`, as YYYY-MM-DD; null for everything. */
export function spanStart(span: string, now: number): string | null {
  if (span === 'all') return null
  return new Date(now - Number(span) * 86_400_000).toISOString().slice(0, 10)
}
