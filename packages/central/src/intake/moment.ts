/**
 * When a reading was made, as far as Central can know it. Nothing depends on an Onsite's clock being right; what can be relied on is the
 * sequence of its envelopes and, within one life of the program, the monotonic clock that only goes forward.
 *
 * The rule, envelope by envelope in sequence:
 * 1. A header's clock is believed while it can be: not before Platen existed, not after the delivery, and not before what this Onsite
 *    told earlier in its sequence. Readings of a believed header are believed too, unless they claim to be younger than it.
 * 2. What is not believed is counted on the monotonic clock, from the best reference of the same life: the next believed header of it
 *    in this delivery, else the one before, else what was told last (kept with the Onsite). It never passes what comes next in the sequence.
 * 3. A life without any reference ends right before what comes next: the following life, or the delivery.
 * 4. Whatever was counted is never before what the Onsite told earlier in its sequence: order is kept where distances cannot be.
 */

/** No Platen read a printer before this; a clock that says so lost its battery. */
const earliest = Date.parse('2020-01-01T00:00:00.000Z')
/** Clocks that follow a time server differ by less; what is a little in the future, or was set back a little, is left as it was said. */
const leeway = 5 * 60_000

/** A moment as an Onsite says it: `at` by its wall clock in milliseconds since 1970, `monotonic` by the clock that only goes forward. */
export interface Said {
  readonly at: number
  readonly monotonic: number
}

/** An envelope's place in its Onsite's sequence and lives, with when it was sealed. */
export interface Sealed extends Said {
  readonly epoch: string
  readonly seq: number
  readonly life: string
}

/** An envelope with the readings in it. */
export interface Told extends Sealed {
  readonly readings: readonly Said[]
}

/** What is known when a delivery comes. `last` is the newest envelope of the Onsite's sequence so far, its `at` as Central placed it. */
export interface Past {
  readonly last: Sealed | null
  /** Epochs with envelopes received before, besides that of `last`. */
  readonly earlierEpochs: ReadonlySet<string>
  readonly receivedAt: number
}

/** The moments to keep of one envelope: of its sealing, and of its readings in their order. */
export interface Moments {
  readonly sealed: number
  readonly readings: readonly number[]
}

/** The moments of a delivery's new envelopes, in the order given; and the newest of the Onsite's sequence after them. */
export function momentsOf<T extends Told>(
  envelopes: readonly T[],
  past: Past,
): { readonly moments: ReadonlyMap<T, Moments>; readonly last: Sealed | null } {
  const { last, receivedAt } = past
  const ordered = inSequence(envelopes)
  const stragglers = ordered.filter((one) => isBefore(one, past))
  const following = ordered.filter((one) => !isBefore(one, past))
  const moments = new Map<T, Moments>()
  placeAll(stragglers, { from: null, to: last?.at ?? receivedAt, last }, moments)
  placeAll(following, { from: last?.at ?? null, to: receivedAt, last }, moments)
  const newest = following.at(-1)
  if (newest === undefined) return { moments, last }
  const { epoch, seq, life, monotonic } = newest
  return { moments, last: { epoch, seq, life, monotonic, at: moments.get(newest)?.sealed ?? receivedAt } }
}

/** Epochs follow one another as they are sent; within one the numbers count. */
function inSequence<T extends Sealed>(envelopes: readonly T[]): readonly T[] {
  const epochs = [...new Set(envelopes.map(({ epoch }) => epoch))]
  return [...envelopes].sort((a, b) => epochs.indexOf(a.epoch) - epochs.indexOf(b.epoch) || a.seq - b.seq)
}

/** An envelope that waited while later ones were delivered. */
function isBefore({ epoch, seq }: Sealed, { last, earlierEpochs }: Past): boolean {
  return last !== null && (epoch === last.epoch ? seq < last.seq : earlierEpochs.has(epoch))
}

interface Bounds {
  readonly from: number | null
  readonly to: number
  readonly last: Sealed | null
}

function placeAll<T extends Told>(envelopes: readonly T[], bounds: Bounds, moments: Map<T, Moments>): void {
  const believed = believedOf(envelopes, bounds)
  const offsets = offsetsOf(envelopes, believed, bounds)
  let floor = bounds.from ?? earliest
  for (const envelope of envelopes) {
    const offset = offsets.get(envelope)
    const placed = offset === undefined ? asSaid(envelope) : counted(envelope, offset, floor)
    floor = Math.max(floor, placed.sealed)
    moments.set(envelope, placed)
  }
}

function believedOf<T extends Told>(envelopes: readonly T[], { from, to }: Bounds): ReadonlySet<T> {
  let floor = from ?? earliest
  const believed = new Set<T>()
  for (const envelope of envelopes) {
    if (envelope.at < earliest || envelope.at > to + leeway || envelope.at < floor - leeway) continue
    floor = Math.max(floor, envelope.at)
    believed.add(envelope)
  }
  return believed
}

/** What to add to the monotonic clock of each envelope that is not believed. Sequence and lives are looked at from the last to the first. */
function offsetsOf<T extends Told>(
  envelopes: readonly T[],
  believed: ReadonlySet<T>,
  { to, last }: Bounds,
): ReadonlyMap<T, number> {
  const offsets = new Map<T, number>()
  let ceiling = to
  for (const life of livesOf(envelopes).toReversed()) {
    const sure = life.filter((envelope) => believed.has(envelope))
    const told = last?.life === life[0]?.life ? last : null
    for (const stretch of stretchesOf(life, believed).toReversed()) {
      const [first] = stretch
      const place = first === undefined ? -1 : life.indexOf(first)
      const after = sure.find((envelope) => life.indexOf(envelope) > place)
      const before = sure.findLast((envelope) => life.indexOf(envelope) < place) ?? told
      const reference = after ?? before
      const clocks = stretch.flatMap(monotonics)
      const most = (after?.at ?? ceiling) - Math.max(...clocks)
      const offset = reference === null ? most : Math.min(most, reference.at - reference.monotonic)
      for (const envelope of stretch) offsets.set(envelope, offset)
      ceiling = Math.min(ceiling, Math.min(...clocks) + offset)
    }
    ceiling = Math.min(ceiling, ...sure.map(({ at }) => at)) - 1
  }
  return offsets
}

/** Envelopes of a life that follow one another and are not believed. */
function stretchesOf<T extends Told>(life: readonly T[], believed: ReadonlySet<T>): readonly (readonly T[])[] {
  const stretches: T[][] = []
  for (const [place, envelope] of life.entries()) {
    if (believed.has(envelope)) continue
    const previous = life[place - 1]
    const goesOn = previous !== undefined && !believed.has(previous)
    if (goesOn) stretches.at(-1)?.push(envelope)
    else stretches.push([envelope])
  }
  return stretches
}

/** Envelopes in sequence, cut where the program was started anew. */
function livesOf<T extends Sealed>(envelopes: readonly T[]): readonly (readonly T[])[] {
  const lives: T[][] = []
  for (const envelope of envelopes) {
    const current = lives.at(-1)
    if (current?.[0]?.life === envelope.life) current.push(envelope)
    else lives.push([envelope])
  }
  return lives
}

function monotonics({ monotonic, readings }: Told): readonly number[] {
  return [monotonic, ...readings.map((reading) => reading.monotonic)]
}

function asSaid({ at, monotonic, readings }: Told): Moments {
  const moment = (reading: Said): number =>
    reading.at >= earliest && reading.at <= at + leeway
      ? reading.at
      : Math.max(earliest, Math.round(at - Math.max(0, monotonic - reading.monotonic)))
  return { sealed: at, readings: readings.map(moment) }
}

/** One after the other, at least a millisecond apart: two readings of a device never fall into one moment. */
function counted({ monotonic, readings }: Told, offset: number, floor: number): Moments {
  let last = floor
  const moments = readings.map(() => 0)
  const ordered = [...readings.entries()].sort(([, a], [, b]) => a.monotonic - b.monotonic)
  for (const [place, reading] of ordered) {
    last = Math.max(Math.round(reading.monotonic + offset), last + 1)
    moments[place] = last
  }
  return { sealed: Math.max(Math.round(monotonic + offset), last), readings: moments }
}
