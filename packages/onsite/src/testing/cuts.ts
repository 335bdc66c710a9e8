/** A real delivery of some kilobytes cut at every octet, in the request and in the answer, by a reset and by an orderly end. */
import { httpExchange } from '../exchange.ts'
import { shears } from '../proxy.testing.ts'
import { Rig } from '../rig.testing.ts'
import { type Books, type Line, lineOf } from './books.ts'

const SIDES = ['request', 'answer'] as const
const WAYS = ['reset', 'end'] as const

/** What came of all cuts. `octets` is how long each side was found to be. */
export interface CutsReport {
  readonly cuts: number
  readonly octets: Readonly<Record<(typeof SIDES)[number], number>>
  /** Ends of cut deliveries, how often each. */
  readonly ends: Readonly<Record<string, number>>
  readonly wrong: readonly string[]
  readonly books: Books
}

/** Cuts at each `step`-th octet, from one of the first ones that the dice choose; at 1, at every octet. */
export async function cutEverywhere(
  step: number,
  dice: () => number,
  say: (line: string) => void,
): Promise<CutsReport> {
  const rig = new Rig()
  try {
    const line = await lineOf(rig, { net: '127.39.0', printers: 8 })
    const cutter = await shears(line.central.port)
    rig.later(() => cutter.close())
    const ends: Record<string, number> = {}
    const wrong: string[] = []
    const octets = { request: 0, answer: 0 }
    let cuts = 0
    for (const side of SIDES)
      for (const by of WAYS) {
        await alone(line)
        // An answer that was not cut ends it: then every octet has had its turn.
        for (let after = Math.floor(dice() * step); ; after += step) {
          cutter.cut = { side, by, after }
          line.way = httpExchange({ server: cutter.url })
          const waiting = line.onsite.outbox.waiting().readings
          const done = await line.onsite.deliver()
          if (!cutter.wasCut) {
            if (!done.ok) wrong.push(`not cut (${side} of ${after}) and ended with ${done.reason}`)
            break
          }
          cuts += 1
          octets[side] = Math.max(octets[side], after)
          const end = done.ok ? 'ok' : done.reason
          ends[end] = (ends[end] ?? 0) + 1
          if (done.ok) wrong.push(`${side} cut by ${by} after ${after}: taken for whole`)
          else if (line.onsite.outbox.waiting().readings !== waiting) wrong.push(`${side} cut after ${after}: let go`)
          if (cuts % 500 === 0) say(`${cuts} cuts`)
        }
      }
    await line.deliverAll()
    return { cuts, octets, ends, wrong, books: line.books() }
  } finally {
    await rig.clear()
  }
}

/** One new envelope waits and nothing else, so that each delivery is the very same. */
async function alone(line: Line): Promise<void> {
  await line.deliverAll()
  await line.read()
  // A contact would be told too: where one waits already, none is added. One envelope a delivery is the pace of a line that breaks.
  line.onsite.store.set('pace', { most: 1, tooMany: 0 })
}
