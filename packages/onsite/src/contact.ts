/** What an Onsite tells Central of itself: how the last round went, what waits, and what it could not do. */
import type { Contact } from '@platen/wire'
import type { DatabaseFault } from './database.ts'
import type { Onsite } from './onsite.ts'
import { PROGRAM } from './program.ts'
import type { LookKind } from './schedule.ts'
import { contactDraft } from './seal.ts'
import { maskSentence } from './settings.ts'
import { askedIn, type Tally } from './tally.ts'

/** The scope hash of an Onsite without a readable scope. */
const NO_SCOPE = '0'.repeat(64)
/** Sentences in one contact (`problemsMost` of wire) and their length. */
const PROBLEMS_TOLD = 50
const PROBLEM_LETTERS = 500

/** Puts a contact into the outbox unless one waits there already; what the disk says to it is heard with the next one. */
export async function tellCentral(onsite: Onsite): Promise<DatabaseFault | null> {
  const { store, outbox, local, world } = onsite
  if (outbox.hasWaitingContact()) return null
  const { envelopes, oldest } = outbox.waiting()
  const { scope, instructions } = local
  const missing = [scope, instructions].flatMap((one) => (one.ok ? [] : [`${one.reason}: ${one.detail}`]))
  const context = {
    store,
    clock: world.clock,
    program: PROGRAM,
    scopeHash: scope.ok ? scope.scope.hash : NO_SCOPE,
    instructions: instructions.ok ? instructions.instructions.version : 'none',
  }
  const contact = (problems: readonly string[]): Contact => ({
    outbox: { waiting: envelopes, oldest },
    round: store.get('round'),
    settingsVersion: store.get('settings')?.version ?? 0,
    problems: problems
      .slice(0, PROBLEMS_TOLD)
      .map((text) => maskSentence(text, store.get('settings')?.masks).slice(0, PROBLEM_LETTERS)),
  })
  const told = await outbox.append(contactDraft(context, contact([...missing, ...(store.get('problems') ?? [])])))
  if (told.ok) {
    store.forget('problems')
    return null
  }
  noteFault(onsite, told)
  // A contact that says only this may find room where a long one does not.
  const short = await outbox.append(contactDraft(context, contact([diskTrouble(told)])))
  return short.ok ? null : told
}

/** Remembers for the next contact, once, that the disk would not take something, and logs its own words. */
export function noteFault({ store, world }: Pick<Onsite, 'store' | 'world'>, fault: DatabaseFault): void {
  store.report(diskTrouble(fault))
  world.log({ level: 'warning', what: diskTrouble(fault), detail: fault.detail })
}

function diskTrouble({ reason }: DatabaseFault): string {
  return `trouble with the disk of the state folder: ${reason}`
}

/** How a round ended, as it is remembered. */
interface RoundEnd {
  readonly tally: Tally
  readonly kind: LookKind
  readonly startedAt: string
  readonly endedAt: string
  /** Every address and object that was asked. */
  readonly asked: { readonly addresses: readonly string[]; readonly objects: readonly string[] }
  readonly scope: string
  readonly instructions: string
}

/** Remembers a look between rounds, for the ledger; it changes nothing about when the next round is. */
export function noteLook({ ledger }: Pick<Onsite, 'ledger'>, end: RoundEnd): DatabaseFault | null {
  const { tally, startedAt, endedAt, kind, scope, instructions } = end
  const { read, kept } = tally
  return ledger.add(endedAt, 'looked', { startedAt, kind, read, kept, scope, instructions, ...listed(ledger, end) })
}

/** Remembers how a round went, for the next contact, the status and the ledger; answers what the disk would not take of it. */
export function noteRound({ store, ledger }: Pick<Onsite, 'store' | 'ledger'>, done: RoundEnd): DatabaseFault | null {
  const { tally, kind, startedAt, endedAt, scope, instructions } = done
  const { read: printers, other: others, silent, kept } = tally
  const failed = tally.refused + tally.failed + tally.unreachable
  const numbers = { asked: askedIn(tally), printers, others, silent, failed }
  if (tally.notKept > 0) store.report(`${tally.notKept} readings not kept in the round of ${startedAt}`)
  if (tally.dropped > 0) store.report(`${tally.dropped} undelivered envelopes dropped: the outbox is full`)
  const told = { startedAt, kind, ...numbers, kept, scope, instructions, ...listed(ledger, done) }
  const untold = ledger.add(endedAt, 'round', told)
  if (kind === 'inventory') store.set('inventory', startedAt)
  return store.set('round', { startedAt, endedAt, ...numbers }) ?? untold
}

/** What was asked, as a line of the ledger holds it. */
function listed(ledger: Onsite['ledger'], { asked, endedAt }: RoundEnd) {
  return {
    addresses: ledger.list(endedAt, 'addresses', asked.addresses),
    objects: ledger.list(endedAt, 'objects', asked.objects),
  }
}
