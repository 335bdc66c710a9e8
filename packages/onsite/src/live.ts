/** What the service is doing just now, for whoever looks at it: the local page shows it, nothing is decided by it. */

/** Next and present look; wall times are ISO 8601 in UTC. */
export class Live {
  /** When printers are asked next, and what; null while nothing is planned. */
  next: { readonly at: string; readonly kind: string } | null = null
  #under: (() => { readonly done: number; readonly total: number }) | null = null

  /** How far the round is that is under way, in addresses; null where there is none. */
  get progress(): { readonly done: number; readonly total: number } | null {
    return this.#under?.() ?? null
  }

  /** A round begins; the answer is called at its end. */
  begin(progress: () => { readonly done: number; readonly total: number }): () => void {
    this.#under = progress
    return () => {
      if (this.#under === progress) this.#under = null
    }
  }
}
