/**
 * The closing of a period to be billed: every known printer's meters are read at its minute; those that are silent then are asked again for a
 * day, for nobody is woken for it. What is still to be read outlives a restart.
 */

import { CLOSING_OPEN_MS } from './agenda.ts'
import type { Onsite } from './onsite.ts'
import type { KeptReading } from './round.ts'
import { moment } from './world.ts'

/** Addresses named to Central when some were not read. */
const NAMED = 10

/** Begins a closing: everybody known is to be read for it. */
export function beginClosing({ store }: Onsite, at: number): void {
  store.set('closing', { at: moment(at), open: store.devices().map(({ address }) => address) })
}

/** The printers that are still to be read for the newest closing. */
export function openAtClosing({ store }: Onsite): readonly string[] {
  return store.get('closing')?.open ?? []
}

/** Meters read since the closing, in whatever look, are read for it. */
export function noteForClosing({ store }: Onsite, kept: readonly KeptReading[]): void {
  const closing = store.get('closing')
  if (closing === null || closing.open.length === 0) return
  const read = new Set(kept.filter(({ reading }) => reading.meters.length > 0).map(({ address }) => address))
  const open = closing.open.filter((address) => !read.has(address))
  if (open.length < closing.open.length) store.set('closing', { ...closing, open })
}

/** Whether somebody is still to be asked; after a day it is told who never answered, and that is that. */
export function isClosingOpen({ store }: Onsite, wall: number): boolean {
  const closing = store.get('closing')
  if (closing === null || closing.open.length === 0) return false
  const { at, open } = closing
  if (Math.abs(wall - Date.parse(at)) < CLOSING_OPEN_MS) return true
  const named = open.slice(0, NAMED).join(', ')
  store.report(
    `${open.length} printers were not read for the closing of ${at}: ${named}${open.length > NAMED ? ' and others' : ''}`,
  )
  store.set('closing', { at, open: [] })
  return false
}
