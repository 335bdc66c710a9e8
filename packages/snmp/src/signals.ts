/**
 * Hears when a caller wants no more answers. A signal gets one listener however many requests hang on it: an `EventTarget`
 * looks through all its listeners for each one added, which for a sweep would be quadratic.
 */

/** Signals are first looked through for forgotten ones at this many; later whenever twice as many have gathered as were left. */
const LEAST_SIGNALS = 1_024

export class Signals {
  readonly #known = new WeakSet<AbortSignal>()
  /** Held weakly: callers who make a signal for each request keep it no longer than that. */
  #watched: WeakRef<AbortSignal>[] = []
  #sortAt = LEAST_SIGNALS
  readonly #heard: (event: Event) => void

  /** @param raised called once for each watched signal that is raised. */
  constructor(raised: (signal: AbortSignal) => void) {
    // Not `currentTarget`, which Node 24 takes away after the first listener of a signal that another one's listener raised.
    this.#heard = ({ target }) => {
      if (target instanceof AbortSignal) raised(target)
    }
  }

  watch(signal: AbortSignal): void {
    if (this.#known.has(signal)) return
    this.#known.add(signal)
    if (this.#watched.length >= this.#sortAt) this.#forget()
    this.#watched.push(new WeakRef(signal))
    signal.addEventListener('abort', this.#heard, { once: true })
  }

  /** Leaves all signals: one that lives as long as the program would keep whoever listens to it. */
  close(): void {
    for (const each of this.#watched) each.deref()?.removeEventListener('abort', this.#heard)
    this.#watched = []
  }

  #forget(): void {
    this.#watched = this.#watched.filter((each) => each.deref()?.aborted === false)
    this.#sortAt = Math.max(LEAST_SIGNALS, this.#watched.length * 2)
  }
}
