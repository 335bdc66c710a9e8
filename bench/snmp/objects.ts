/** The objects that the reading benchmarks ask: 195 of an office colour device, in five requests of 39. */

const SUPPLIES = columns('1.3.6.1.2.1.43.11.1.1', [2, 3, 4, 5, 6, 7, 8, 9], 9)
const TRAYS = columns('1.3.6.1.2.1.43.8.2.1', [2, 4, 5, 8, 9, 10, 11, 12, 13, 14], 6)
const MARKER = columns('1.3.6.1.2.1.43.10.2.1', [2, 3, 4, 5, 6, 7, 8, 9, 10, 15], 1)
const ALERTS = columns('1.3.6.1.2.1.43.18.1.1', [2, 3, 4, 5, 6, 7, 8, 9], 5)
const SYSTEM = [1, 2, 3, 4, 5, 6].map((leaf) => `1.3.6.1.2.1.1.${leaf}.0`)
const HOST = [
  '1.3.6.1.2.1.25.3.2.1.3.1',
  '1.3.6.1.2.1.25.3.2.1.5.1',
  '1.3.6.1.2.1.25.3.5.1.1.1',
  '1.3.6.1.2.1.25.3.5.1.2.1',
]
const GENERAL = columns('1.3.6.1.2.1.43.5.1.1', [1, 16, 17], 1)

/** All 195, dotted, with indexes. */
export const OBJECTS: readonly string[] = [...SYSTEM, ...HOST, ...GENERAL, ...MARKER, ...SUPPLIES, ...TRAYS, ...ALERTS]

const OBJECTS_A_REQUEST = 39

/** The same in lists of 39, as they are asked. */
export const REQUESTS: readonly (readonly string[])[] = Array.from(
  { length: Math.ceil(OBJECTS.length / OBJECTS_A_REQUEST) },
  (_, at) => OBJECTS.slice(at * OBJECTS_A_REQUEST, (at + 1) * OBJECTS_A_REQUEST),
)

function columns(entry: string, leaves: readonly number[], rows: number): string[] {
  return leaves.flatMap((leaf) => Array.from({ length: rows }, (_, row) => `${entry}.${leaf}.1.${row + 1}`))
}

/** What a sweep asks: who are you. */
export const PROBED: readonly string[] = ['1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.2.0', '1.3.6.1.2.1.1.5.0']

/** The address so many after the first. */
export function addressAt(first: string, n: number): string {
  const number = first.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + n
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`
}
