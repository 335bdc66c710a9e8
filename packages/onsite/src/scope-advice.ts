/** What is odd about a scope that is not wrong: things an administrator would want to know before packets leave. */
import { formatRange, formatRun, isSix } from './addresses.ts'
import { count, intersect, merge, subtract } from './runs.ts'
import type { Scope } from './scope.ts'
import { privateAddresses } from './special.ts'

/** One odd thing, and which entries it is about. */
export interface ScopeWarning {
  readonly reason: 'large' | 'public' | 'overlap' | 'vainExclusion' | 'notWalked' | 'nothing'
  readonly entries: readonly string[]
}

/** Addresses after which a round is no longer a matter of a minute or so. */
const LARGE = 65_536
/** Entries that a warning names. */
const NAMED = 5

/** Everything odd about this scope. */
export function warningsOn(scope: Scope): readonly ScopeWarning[] {
  const { ranges, exclude } = scope.parts
  const agreed = merge([...ranges, ...fixedHosts(scope)])
  const isVain = (range: (typeof exclude)[number]) => intersect(agreed, [range]).length === 0
  const isNotWalked = (range: (typeof ranges)[number]) => isSix(range.from) && count([range]) > BigInt(LARGE)
  const found: ScopeWarning[] = [
    { reason: 'nothing', entries: scope.askable.length === 0 ? scope.describe() : [] },
    { reason: 'large', entries: scope.size > LARGE ? scope.describe() : [] },
    { reason: 'public', entries: subtract(scope.askable, privateAddresses()).map(formatRun) },
    { reason: 'overlap', entries: overlaps(scope) },
    { reason: 'vainExclusion', entries: exclude.filter(isVain).map(formatRange) },
    { reason: 'notWalked', entries: ranges.filter(isNotWalked).map(formatRange) },
  ]
  return found
    .filter(({ entries }) => entries.length > 0)
    .map(({ reason, entries }) => ({ reason, entries: named(entries) }))
}

function fixedHosts({ hosts }: Scope) {
  return hosts.flatMap(({ address }) => (address === null ? [] : [{ from: address, to: address }]))
}

/** Ranges that begin within an earlier one. */
function overlaps({ parts }: Scope): readonly string[] {
  const sorted = [...parts.ranges].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
  let end = -1n
  return sorted.flatMap((range) => {
    const isWithin = range.from <= end
    if (range.to > end) end = range.to
    return isWithin ? [formatRange(range)] : []
  })
}

function named(entries: readonly string[]): readonly string[] {
  return entries.length <= NAMED ? entries : [...entries.slice(0, NAMED), `+${entries.length - NAMED}`]
}
