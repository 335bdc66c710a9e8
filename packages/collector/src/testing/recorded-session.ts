/** A session with a recording instead of a device, which notes every question: what was asked can be compared with what may be asked. */
import type { Oid, Outcome, Session, SessionCost, Varbind } from '@platen/snmp'

export class RecordedSession implements Session {
  readonly address: string
  readonly cost: SessionCost = { requests: 0, bytesOut: 0, bytesIn: 0, varbinds: 0 }
  /** Instances asked with GET. */
  readonly got: Oid[] = []
  /** Where GETNEXT and GETBULK began. */
  readonly followed: Oid[] = []
  /** Objects in the largest GET. */
  largestGet = 0
  readonly rows: readonly Varbind[]

  /** Rows must be in rising order, as `parseSnmprec` gives them. */
  constructor(rows: readonly Varbind[], address = '192.0.2.10') {
    this.rows = rows
    this.address = address
  }

  get(oids: readonly Oid[]): Promise<Outcome> {
    this.got.push(...oids)
    this.largestGet = Math.max(this.largestGet, oids.length)
    return this.#answer(
      oids.map((oid): Varbind => {
        const row = this.rows[this.#firstAtOrAfter(oid)]
        return row?.oid.equals(oid) ? row : { oid, value: { type: 'noSuchInstance' } }
      }),
    )
  }

  next(oids: readonly Oid[]): Promise<Outcome> {
    this.followed.push(...oids)
    return this.#answer(oids.map((oid) => this.#after(oid)))
  }

  bulk(columns: readonly Oid[], repetitions: number, once: readonly Oid[] = []): Promise<Outcome> {
    this.followed.push(...once, ...columns)
    const varbinds = once.map((oid) => this.#after(oid))
    let cursors = columns
    for (let row = 0; row < repetitions; row++) {
      const answers = cursors.map((cursor) => this.#after(cursor))
      varbinds.push(...answers)
      cursors = answers.map(({ oid }) => oid)
      if (answers.every(({ value }) => value.type === 'endOfMibView')) break
    }
    return this.#answer(varbinds)
  }

  #after(oid: Oid): Varbind {
    const at = this.#firstAtOrAfter(oid)
    const row = this.rows[at]
    const next = row?.oid.equals(oid) ? this.rows[at + 1] : row
    return next ?? { oid, value: { type: 'endOfMibView' } }
  }

  #firstAtOrAfter(oid: Oid): number {
    let low = 0
    let high = this.rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      const row = this.rows[middle]
      if (row !== undefined && row.oid.compare(oid) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #answer(varbinds: readonly Varbind[]): Promise<Outcome> {
    this.cost.requests++
    this.cost.varbinds += varbinds.length
    return Promise.resolve({ ok: true, varbinds })
  }
}

/** A session with nobody: every question ends in silence. */
export class SilentSession implements Session {
  readonly address = '192.0.2.99'
  readonly cost: SessionCost = { requests: 0, bytesOut: 0, bytesIn: 0, varbinds: 0 }

  get(): Promise<Outcome> {
    return this.#silence()
  }

  next(): Promise<Outcome> {
    return this.#silence()
  }

  bulk(): Promise<Outcome> {
    return this.#silence()
  }

  #silence(): Promise<Outcome> {
    this.cost.requests++
    return Promise.resolve({ ok: false, reason: 'silent', detail: 'no answer' })
  }
}
