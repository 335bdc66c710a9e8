/**
 * Hears when a caller wants no more answers. A signal gets one listener however many requests hang on it: an `EventTarget`
 * looks through all its listeners for each one added, which for a sweep would be quadratic.
 */
export class Signals {
  readonly #known = new WeakSet<AbortSignal>()
  readonly #raised: (signal: AbortSignal) => void

  /** @param raised called once for each watched signal that is raised. */
  constructor(raised: (signal: AbortSignal) => void) {
    this.#raised = raised
  }

  watch(signal: AbortSignal): void {
    if (this.#known.has(signal)) return
    this.#known.add(signal)
    signal.addEventListener('abort', () => this.#raised(signal), { once: true })
  }
}
