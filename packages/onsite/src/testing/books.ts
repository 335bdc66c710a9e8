/**
 * The oracle of all faults: what an Onsite acknowledged to itself against what Central has. Every reading exactly once, no number of the
 * chain missing, the ledger whole.
 */
import type { Exchange } from '../exchange.ts'
import { httpExchange } from '../exchange.ts'
import type { FakeCentral } from '../fake-central.testing.ts'
import type { Ledger } from '../ledger.ts'
import type { Onsite, OnsiteOptions } from '../onsite.ts'
import { printer, type Rig } from '../rig.testing.ts'

/** What does not agree; the lists are empty if all is well. */
export interface Books {
  readonly acknowledged: number
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly forks: number
  /** Numbers of the chain that Central never got. */
  readonly gaps: readonly number[]
  /** The first line of the ledger that does not fit, or null. */
  readonly brokenLedger: number | null
}

/** Compares. @throws Error if there are several epochs: nothing here begins one. */
export function booksOf(central: FakeCentral, ids: readonly string[], ledger: Pick<Ledger, 'firstBroken'>): Books {
  return {
    acknowledged: ids.length,
    lost: ids.filter((id) => !central.readings.has(id)),
    doubled: [...central.readings].filter(([, count]) => count !== 1).map(([id]) => id),
    forks: central.forks,
    gaps: gapsIn([...central.envelopes.keys()]),
    brokenLedger: ledger.firstBroken(),
  }
}

/** Whether they agree, and there was something to compare. */
export function areSound({ acknowledged, lost, doubled, forks, gaps, brokenLedger }: Books): boolean {
  return acknowledged > 0 && lost.length + doubled.length + gaps.length + forks === 0 && brokenLedger === null
}

function gapsIn(places: readonly string[]): number[] {
  const epochs = new Set(places.map((place) => place.split(':')[0]))
  if (epochs.size !== 1) throw new Error(`${epochs.size} epochs in place of one`)
  const numbers = new Set(places.map((place) => Number(place.split(':')[1])))
  const all = Array.from({ length: Math.max(...numbers) }, (_, at) => at + 1)
  return all.filter((number) => !numbers.has(number))
}

/** An enrolled Onsite with a few printers, whose way to Central can be exchanged, and the list of what it acknowledged. */
export interface Line {
  readonly central: FakeCentral
  readonly onsite: Onsite
  readonly folder: string
  readonly acknowledged: string[]
  /** How the next deliveries go; null is the direct way. */
  way: Exchange | null
  /** One round; every printer must be read and kept. */
  read(): Promise<void>
  /** Delivers over the direct way until nothing waits. @throws Error if it cannot. */
  deliverAll(): Promise<void>
  books(): Books
}

/** Makes one, with so many printers from the address on; `net` is its first three numbers. */
export async function lineOf(
  rig: Rig,
  { net, printers, changes = {} }: { net: string; printers: number; changes?: Partial<OnsiteOptions> },
): Promise<Line> {
  const central = await rig.central()
  const { port } = await rig.fleet({ base: `${net}.1`, recordings: [printer], count: printers })
  const scope = `demo = true\nranges = ["${net}.1-${net}.${printers}"]\n`
  const direct = httpExchange({ server: central.url })
  const exchange = (): Exchange => (ask) => (line.way ?? direct)(ask)
  const acknowledged: string[] = []
  // The way is looked up at each call, when the line is whole.
  const ends: { way: Exchange | null } = { way: null }
  const line = ends
  const made = await rig.enrolled({ scope, central, snmpPort: port, changes: { exchange, ...changes } })
  const { onsite } = made
  return Object.assign(line, {
    central,
    acknowledged,
    ...made,
    async read() {
      const done = await onsite.round({
        onKept: (kept) => void acknowledged.push(...kept.map(({ reading }) => reading.id)),
      })
      if (!done.ok || done.tally.kept !== printers) throw new Error(`not all were read: ${JSON.stringify(done)}`)
    },
    async deliverAll() {
      line.way = null
      while (onsite.outbox.waiting().envelopes > 0) {
        const delivered = await onsite.deliver()
        if (!delivered.ok) throw new Error(`what waits is not delivered: ${delivered.reason} ${delivered.detail}`)
      }
    },
    books: () => booksOf(central, acknowledged, onsite.ledger),
  })
}
