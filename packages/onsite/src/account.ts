/**
 * What a round asked, for the ledger: every address, and every object asked or answered (a column of a profile stands for its rows).
 * Kept while the round runs, as short as it can be: addresses in runs, objects once.
 */
import { type Instructions, questions } from '@platen/collector'
import type { Oid, Outcome, Session } from '@platen/snmp'
import { formatRun, parseAddress } from './addresses.ts'
import { merge } from './runs.ts'

/** Gathers what is asked. */
export class Account {
  /** Addresses as they came, neighbours together. */
  readonly #runs: { from: bigint; to: bigint }[] = []
  readonly #objects = new Set<string>()

  /** An address that a datagram was sent to. */
  asked(address: string): void {
    const place = parseAddress(address)
    if (place === null) return
    const last = this.#runs.at(-1)
    if (last !== undefined && place === last.to + 1n) last.to = place
    else this.#runs.push({ from: place, to: place })
  }

  /** Objects that were asked. */
  note(objects: readonly Oid[]): void {
    for (const object of objects) this.#objects.add(object.text)
  }

  /** The session, with what it asks and is answered noted: an answer to GETNEXT or GETBULK is another object than the one asked. */
  watched(session: Session): Session {
    const noted = async (objects: readonly Oid[], asked: Promise<Outcome>): Promise<Outcome> => {
      this.note(objects)
      const outcome = await asked
      if (outcome.ok) for (const { oid } of outcome.varbinds) this.#objects.add(oid.text)
      return outcome
    }
    return {
      address: session.address,
      cost: session.cost,
      get: (objects) => noted(objects, session.get(objects)),
      next: (objects) => noted(objects, session.next(objects)),
      bulk: (columns, repetitions, once) => noted(columns, session.bulk(columns, repetitions, once)),
    }
  }

  /** The addresses in words, in order: single ones, networks, from-to. */
  get addresses(): readonly string[] {
    return merge(this.#runs).map(formatRun)
  }

  /** The objects, each once and in order: a column of the instructions in place of its instances. */
  objects(instructions: Instructions): readonly string[] {
    const columns = new Set(
      instructions.profiles.flatMap((profile) => questions(profile).tables.flatMap((table) => table.columns)),
    )
    return [...new Set([...this.#objects].map((object) => columnIn(columns, object)))].sort()
  }
}

/** The column that an instance belongs to, or the object itself. */
function columnIn(columns: ReadonlySet<string>, object: string): string {
  for (let end = object.length; end > 0; end = object.lastIndexOf('.', end - 1)) {
    const name = object.slice(0, end)
    if (columns.has(name)) return name
  }
  return object
}
