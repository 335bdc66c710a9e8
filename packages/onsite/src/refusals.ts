/**
 * Printers that answer and take none of our SNMPv3 users: what Central is told of them. One refusal may be a printer that starts; the
 * same one a round later is a user or a password to be put right by a person, for nothing weaker is tried.
 */
import type { RequestFailure } from '@platen/snmp'
import type { Gate } from './gate.ts'
import type { Store } from './store.ts'

/** Rounds in a row after which a refusal is told. */
const TOLD_AFTER = 2
/** Refusing addresses remembered: more have one cause. */
const REMEMBERED = 1000
/** Addresses named in one sentence. */
const NAMED = 10

const words: Partial<Readonly<Record<RequestFailure, string>>> = {
  wrongUser: 'is not known',
  wrongPassword: 'has another password or protocol',
  wrongLevel: 'may not ask at its level',
  unsupportedSecurity: 'cannot be used',
  notInTimeWindow: 'is refused for the clock of the engine',
  wrongEngine: 'meets another engine than before',
  refused: 'may not read',
}

/** Counts the refusals of a round (of all addresses, unless `only` some were asked) and tells those that came again. */
export function noteRefusals(store: Store, gate: Pick<Gate, 'refusals'>, only?: readonly string[]): void {
  const before = store.get('refusals') ?? {}
  const kept = only === undefined ? {} : Object.fromEntries(Object.entries(before).filter(([at]) => !only.includes(at)))
  const refused = [...gate.refusals].sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, REMEMBERED)
  const counts = new Map(refused.map(([address]) => [address, (before[address] ?? 0) + 1]))
  if (counts.size > 0 || Object.keys(before).length > 0)
    store.set('refusals', { ...kept, ...Object.fromEntries(counts) })
  const told = new Map<string, string[]>()
  for (const [address, { user, reason }] of refused) {
    if ((counts.get(address) ?? 0) < TOLD_AFTER) continue
    const what = `SNMPv3 user ${user} ${words[reason] ?? reason}`
    told.set(what, [...(told.get(what) ?? []), address])
  }
  for (const [what, addresses] of told) {
    const more = addresses.length > NAMED ? ` and ${addresses.length - NAMED} more` : ''
    store.report(`${what} at ${addresses.slice(0, NAMED).join(', ')}${more}`)
  }
}
