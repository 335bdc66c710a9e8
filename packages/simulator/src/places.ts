/** Where made-up devices stand and what they are called there. */
import { between, diceOf } from './dice.ts'

const BUILDINGS = ['Main building', 'North wing', 'South wing', 'Warehouse', 'Annex', 'Town office'] as const
const ROOMS = [
  'copy room',
  'reception',
  'accounts',
  'sales',
  'workshop',
  'meeting room',
  'library',
  'corridor',
] as const
const TOP_FLOOR = 4

/** A place as sysLocation would say it, and a host name that goes with it and is unique in the fleet. */
export function placeOf(seed: string | number, number: number): { readonly text: string; readonly hostName: string } {
  const dice = diceOf('place', seed, number)
  const building = BUILDINGS[between(dice, 0, BUILDINGS.length - 1)] ?? BUILDINGS[0]
  const room = ROOMS[between(dice, 0, ROOMS.length - 1)] ?? ROOMS[0]
  const floor = between(dice, 0, TOP_FLOOR)
  const letter = building.slice(0, 1).toLowerCase()
  return {
    text: `${building}, floor ${floor}, ${room}`,
    hostName: `prn-${letter}${floor}-${String(number + 1).padStart(4, '0')}`,
  }
}
