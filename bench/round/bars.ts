/** The bars of the round's benchmark, apart from the measuring, so that a test can see them missed. */

/** Issue and design: a round of 1,000 known printers in one process. */
export const megabytesMost = 150

/** What was measured over all rounds. */
export interface Measured {
  /** Peak of each round's process. */
  readonly peakMegabytes: readonly number[]
  /** Devices that Central has in the end, of so many printers. */
  readonly devices: number
  readonly printers: number
}

/** The bars that were missed, one sentence each. */
export function missedBars({ peakMegabytes, devices, printers }: Measured): readonly string[] {
  const heavy = peakMegabytes.flatMap((peak, at) =>
    peak <= megabytesMost ? [] : [`MISSED: round ${at + 1} held ${peak.toFixed(0)} MB, the bar is ${megabytesMost}`],
  )
  const lost = devices === printers ? [] : [`MISSED: Central has ${devices} of ${printers} devices`]
  return peakMegabytes.length === 0 ? ['MISSED: no round was measured'] : [...heavy, ...lost]
}
