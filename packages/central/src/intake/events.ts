/**
 * What a lifetime counter should not do between two readings: go back, or jump further than any engine can print. Both sides are kept
 * and nothing is corrected; whoever bills decides with the event in front of them.
 */

/** One meter's step that needs a look. Values are as read; `at` is the later reading's moment. */
export interface MeterEvent {
  readonly meter: string
  readonly kind: 'restarted' | 'replaced' | 'implausible'
  readonly at: number
  readonly beforeAt: number
  readonly before: bigint
  readonly after: bigint
}

/** The meters of one reading by key, and the controller they were counted by as far as its MAC names it. */
export interface MetersAt {
  readonly at: number
  readonly keys: readonly string[]
  readonly meters: readonly bigint[]
  readonly mac: string | null
}

/** No engine marks more impressions a minute: the fastest continuous-feed presses reach some 4,000. */
const perMinuteMost = 5000n
/** What may come at once whatever the time: counters that are written in steps, readings seconds apart. */
const jumpAlways = 10_000n

/** The events between two readings of one device, `before` being the older. */
export function eventsBetween(before: MetersAt, after: MetersAt): readonly MeterEvent[] {
  const earlier = new Map(before.keys.map((key, index) => [key, before.meters[index]]))
  const most = (BigInt(after.at - before.at) * perMinuteMost) / 60_000n + jumpAlways
  // The counters live on the controller board, and so does the network port: a new MAC under the same serial is a new board.
  const newBoard = before.mac !== null && after.mac !== null && before.mac !== after.mac
  return after.keys.flatMap((meter, index) => {
    const from = earlier.get(meter)
    const to = after.meters[index]
    if (from === undefined || to === undefined || (to >= from && to - from <= most)) return []
    const kind = to > from ? 'implausible' : newBoard ? 'replaced' : 'restarted'
    return [{ meter, kind, at: after.at, beforeAt: before.at, before: from, after: to } as const]
  })
}
