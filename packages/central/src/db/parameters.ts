/** Numbered parameters for SQL that is put together from parts, so that no value ever stands in the text. */
import type { Param } from './engine.ts'

/** Collects values; `add` answers the `$n` that stands for one. */
export class Parameters {
  readonly values: Param[] = []

  add(value: Param): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}
