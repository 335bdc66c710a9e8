/** A community or a password that does not show itself: logs, JSON and inspection print `***`. */
import { inspect } from 'node:util'

/** Holds one secret text; only `reveal` gives it out. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [inspect.custom](): string {
    return '***'
  }
}
