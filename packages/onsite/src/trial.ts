/**
 * The trial of new instructions: if printers that were read until now answer and nothing can be read of any of them under the new ones, the
 * last good ones come back. A network that is down proves nothing against anybody.
 */
import { askedIn } from '@platen/model'
import { attempted } from './database.ts'
import { readInstructions, swapBack } from './instruction-files.ts'
import { type RenewalJob, refused } from './renew-instructions.ts'
import type { KeptReading } from './round.ts'
import type { Store } from './store.ts'
import type { Fate } from './tally.ts'

/** Rounds in a row without a single meter after which instructions are taken back: one alone may be a printer that was switched off in it. */
const ROUNDS_MOST = 2

/** Watches one round: which of the printers that had meters before have them still. */
export class Trial {
  readonly #before: ReadonlySet<string>
  #good = 0
  #bad = 0

  /** `before` are the addresses of printers whose meters were read in earlier rounds. */
  constructor(before: ReadonlySet<string>) {
    this.#before = before
  }

  /** Only what answered counts: `other` is a printer no longer recognised, `failed` one that said nothing or brought out a bug. */
  onFate(address: string, fate: Fate): void {
    if ((fate === 'other' || fate === 'failed') && this.#before.has(address)) this.#bad += 1
  }

  onKept(kept: readonly KeptReading[]): void {
    for (const { address, reading } of kept) {
      // A look that asked for no meters proves nothing by having none.
      if (!askedIn[reading.visit?.kind ?? 'full'].includes('meters')) continue
      if (reading.meters.length > 0) this.#good += 1
      else if (this.#before.has(address)) this.#bad += 1
    }
  }

  get verdict(): 'good' | 'bad' | 'open' {
    if (this.#good > 0) return 'good'
    return this.#bad > 0 ? 'bad' : 'open'
  }
}

/** The trial of a round that begins now. After a round without a meter it is no longer known who had one: then everybody counts. */
export function trialOf(store: Store): Trial {
  const isDoubted = (store.get('instructions')?.trial?.rounds ?? 0) > 0
  const devices = store.devices().filter(({ life }) => life !== null || isDoubted)
  return new Trial(new Set(devices.map(({ address }) => address)))
}

/** Draws the conclusion from a round that was made under `version`; answers true where the last good instructions were put in force again. */
export function conclude(job: RenewalJob, version: string, verdict: Trial['verdict']): boolean {
  const { folder, store } = job
  const known = store.get('instructions')
  if (known === null || known.trial?.version !== version || verdict === 'open') return false
  const rounds = known.trial.rounds + 1
  if (verdict === 'good') {
    store.set('instructions', { ...known, trial: null })
    return false
  }
  const lastGood = rounds < ROUNDS_MOST ? null : readInstructions(folder, 'lastGood')
  if (lastGood?.ok !== true) {
    store.set('instructions', { ...known, trial: { version, rounds } })
    return false
  }
  const back = attempted(() => swapBack(folder))
  if (!back.ok) return false
  const now = lastGood.instructions.version
  store.set('instructions', { ...known, trial: null })
  const detail = `in ${rounds} rounds no printer gave a meter; ${now} is in force again`
  refused(job, { version, hash: '' }, { reason: 'unreadable', detail })
  return true
}
