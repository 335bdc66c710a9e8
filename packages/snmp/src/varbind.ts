/** A varbind as it arrived: its name, and where in the datagram its value lies until somebody looks. */
import type { Frame } from './frame.ts'
import type { Oid } from './oid.ts'
import { readValue, type Value, type Varbind } from './value.ts'

/** A varbind whose value is decoded at every look: keep the value, not the look. The frame must have judged it right. */
export class ArrivedVarbind implements Varbind {
  readonly oid: Oid
  readonly #bytes: Uint8Array
  readonly #tag: number
  readonly #start: number
  readonly #end: number

  constructor(oid: Oid, frame: Frame, spot: number) {
    this.oid = oid
    this.#bytes = frame.bytes
    this.#start = frame.spots[spot + 2] ?? 0
    this.#end = frame.spots[spot + 3] ?? 0
    this.#tag = frame.spots[spot + 4] ?? 0
  }

  get value(): Value {
    return readValue(this.#bytes, this.#tag, this.#start, this.#end)
  }

  toJSON(): Varbind {
    return { oid: this.oid, value: this.value }
  }
}
