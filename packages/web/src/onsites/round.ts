/** What an Onsite's last contact says about it, in a form for the screen. Pure. */
import type { Onsite } from '@platen/central/api'

/** Within this a clock counts as right: less than a delivery takes, more than a network wobbles. */
const steadySeconds = 5

/** Which way the Onsite's clock is off. */
export function skewOf(seconds: number): 'inStep' | 'ahead' | 'behind' {
  if (Math.abs(seconds) < steadySeconds) return 'inStep'
  return seconds > 0 ? 'ahead' : 'behind'
}

/** How long a round took, in seconds; never negative, even when the Onsite's clock was set back meanwhile. */
export function roundSeconds(round: NonNullable<Onsite['round']>): number {
  return Math.max(0, (Date.parse(round.endedAt) - Date.parse(round.startedAt)) / 1000)
}

/** Whether somebody should look at it: it is not on time, two copies deliver, envelopes lie aside, or the rounds have changed hands. */
export function needsCare(onsite: Onsite): boolean {
  if (onsite.state === 'revoked') return false
  return (
    onsite.alarm !== null ||
    onsite.quarantined > 0 ||
    (onsite.state === 'enrolled' && onsite.contact !== 'onTime') ||
    onsite.pair?.because === 'silence'
  )
}

/** Onsites whose name, customer or site holds the text; those that need care first, revoked ones last. */
export function listed(onsites: readonly Onsite[], text: string): readonly Onsite[] {
  const wanted = text.trim().toLowerCase()
  return onsites
    .filter(({ name, customer, site }) => `${name}\n${customer.name}\n${site.name}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
}

/** Those that this one could stand in for: of its site, and nobody's standby yet. */
export function freeOnsites(onsites: readonly Onsite[], { id, site }: Onsite): readonly Onsite[] {
  return onsites.filter(
    (other) => other.id !== id && other.site.id === site.id && other.pair === null && other.state !== 'revoked',
  )
}

function rank(onsite: Onsite): number {
  if (onsite.state === 'revoked') return 3
  if (needsCare(onsite)) return 0
  return onsite.state === 'awaiting' ? 1 : 2
}
