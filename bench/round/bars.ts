/** The bars of the round's benchmark, apart from the measuring, so that a test can see them missed. */

/** Issue and design: a round of 1,000 known printers in one process. */
export const megabytesMost = 120

/** Design: a round of known printers, from the first question to the sealed outbox, against asking them. */
export const ratioMost = 2.5
/** Design: seconds of a round of 1,000 known printers. */
export const secondsMost = 5

/** What was measured over all rounds. */
export interface Measured {
  /** CPU of each later round of one process, as a multiple of the reads alone. */
  readonly steadyRatios: readonly number[]
  /** How long each of them took. */
  readonly wallSeconds: readonly number[]
  /** Peak of each round's process. */
  readonly peakMegabytes: readonly number[]
  /** Devices that Central has in the end, of so many printers. */
  readonly devices: number
  readonly printers: number
}

/** The bars that were missed, one sentence each. */
export function missedBars({
  peakMegabytes,
  steadyRatios,
  wallSeconds,
  devices,
  printers,
}: Measured): readonly string[] {
  const heavy = peakMegabytes.flatMap((peak, at) =>
    peak <= megabytesMost ? [] : [`MISSED: round ${at + 1} held ${peak.toFixed(0)} MB, the bar is ${megabytesMost}`],
  )
  const dear = steadyRatios.flatMap((ratio) =>
    ratio <= ratioMost
      ? []
      : [
          `MISSED: a round of known printers took ${ratio.toFixed(1)} x the CPU of the reads alone, the bar is ${ratioMost}`,
        ],
  )
  const slow = wallSeconds.flatMap((seconds) =>
    seconds <= secondsMost
      ? []
      : [`MISSED: a round of known printers took ${seconds.toFixed(1)} s, the bar is ${secondsMost}`],
  )
  const lost = devices === printers ? [] : [`MISSED: Central has ${devices} of ${printers} devices`]
  return peakMegabytes.length === 0 ? ['MISSED: no round was measured'] : [...heavy, ...dear, ...slow, ...lost]
}
