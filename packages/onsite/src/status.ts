/** How an Onsite is doing, as one value for screens, scripts and support: nothing secret in it. */
import { PAGE_OFF } from './config.ts'
import type { LoadedInstructions } from './instructions.ts'
import type { Onsite } from './onsite.ts'
import { isLoopback, pagePlace } from './page/place.ts'
import type { ScopeProblem } from './scope-file.ts'
import type { Fact } from './store.ts'

/** A snapshot. Nulls are things that have not happened yet. */
export interface Status {
  readonly onsite: { readonly id: string; readonly name: string } | null
  readonly server: string | null
  readonly proxy: boolean
  readonly scope:
    | {
        readonly ok: true
        readonly ranges: readonly string[]
        readonly addresses: number
        readonly hash: string
        readonly demo: boolean
      }
    | { readonly ok: false; readonly detail: string; readonly problems: readonly ScopeProblem[] }
  readonly instructions:
    | { readonly ok: true; readonly version: string }
    | { readonly ok: false; readonly reason: Extract<LoadedInstructions, { ok: false }>['reason'] }
  /** Instructions that Central has and that are not simply in force: waiting for the next round, on trial since the last, or refused. */
  readonly renewal: {
    readonly waits: string | null
    readonly trial: string | null
    readonly refused: {
      readonly version: string
      readonly reason: string
      readonly detail: string
      readonly at: string
    } | null
  }
  readonly settings: {
    readonly version: number
    readonly intervalMinutes: number
    readonly refusedRanges: readonly string[]
  } | null
  /** The name of the Onsite that this one stands in for, '' where it has none; null where this one makes the rounds. */
  readonly standbyFor: string | null
  readonly printers: number
  /** Whether traps are heard; null before the service ran. */
  readonly traps: Fact<'traps'> | null
  readonly outbox: {
    readonly envelopes: number
    readonly readings: number
    readonly bytes: number
    readonly oldest: string | null
  }
  readonly round: Fact<'round'> | null
  readonly delivery: Fact<'delivery'> | null
  /** The local page: where it is, whether it has a password, without which it is not served, and whether others than this machine reach it. */
  readonly page: { readonly url: string | null; readonly hasPassword: boolean; readonly isOpen: boolean }
  /** The first broken line of the ledger, null if it is whole. */
  readonly ledgerBroken: number | null
  readonly problems: readonly string[]
}

/** Takes the snapshot. */
export function statusOf(onsite: Onsite): Status {
  const { store, outbox, ledger, local } = onsite
  const identity = store.get('identity')
  const settings = store.get('settings')
  const { scope, instructions, waiting, config } = local
  const refused = scope.ok && settings !== null ? scope.scope.narrow(settings.ranges).refused : []
  return {
    onsite: identity === null ? null : { id: identity.onsiteId, name: identity.name },
    server: config.ok ? config.config.server : null,
    proxy: onsite.proxy !== null,
    scope: scope.ok
      ? {
          ok: true,
          ranges: scope.scope.describe(),
          addresses: scope.scope.size,
          hash: scope.scope.hash,
          demo: scope.scope.demo,
        }
      : { ok: false, detail: scope.detail, problems: scope.problems },
    instructions: instructions.ok
      ? { ok: true, version: instructions.instructions.version }
      : { ok: false, reason: instructions.reason },
    renewal: renewalOf(store.get('instructions'), waiting),
    settings:
      settings === null
        ? null
        : {
            version: settings.version,
            intervalMinutes: settings.intervalMinutes,
            refusedRanges: refused.map(({ range }) => range),
          },
    standbyFor: settings?.duty === 'standby' ? (settings.partner ?? '') : null,
    printers: store.devices().length,
    traps: store.get('traps'),
    outbox: outbox.waiting(),
    round: store.get('round'),
    delivery: store.get('delivery'),
    page: pageOf(config.ok ? config.config.page : PAGE_OFF, store.get('page') !== null),
    ledgerBroken: ledger.firstBroken(),
    problems: store.get('problems') ?? [],
  }
}

function pageOf(text: string, hasPassword: boolean): Status['page'] {
  const place = pagePlace(text)
  return {
    url: place === null ? null : `http://${text}/`,
    hasPassword,
    isOpen: place !== null && !isLoopback(place),
  }
}

function renewalOf(known: Fact<'instructions'> | null, waiting: LoadedInstructions): Status['renewal'] {
  const refused = known?.refused ?? null
  return {
    waits: waiting.ok ? waiting.instructions.version : null,
    trial: known?.trial?.version ?? null,
    refused:
      refused === null
        ? null
        : { version: refused.version, reason: refused.reason, detail: refused.detail, at: refused.at },
  }
}
