/**
 * A structured mutator for BER: it takes a message apart into its elements, changes some of them, and puts it together with lengths
 * that fit or that lie. Random octets alone never get past the first tag.
 */

/** Answers numbers from 0 up to but not including 1. */
export type Dice = () => number

/** Dice of a seed: the same seed mutates the same, on every machine (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One element: its tag, and its parts or its octets. `length` is written instead of the true one. */
interface Element {
  tag: number
  parts: Element[] | undefined
  octets: Uint8Array
  length: Uint8Array | undefined
}

/** Deeper than any SNMP message is. */
const MOST_DEPTH = 12

/** Takes elements apart as long as they fit; nothing if the octets are no row of whole elements. */
function apart(bytes: Uint8Array, depth: number): Element[] | undefined {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0
    let length = bytes[at + 1] ?? 0
    at += 2
    if (length > 0x7f) {
      const octets = length & 0x7f
      if (octets === 0 || octets > 3) return undefined
      length = 0
      for (const last = at + octets; at < last; at++) length = length * 256 + (bytes[at] ?? 0)
    }
    if (at + length > bytes.length) return undefined
    const octets = bytes.subarray(at, at + length)
    const isConstructed = (tag & 0x20) !== 0 || tag === 0x04
    const parts = isConstructed && length > 1 && depth < MOST_DEPTH ? apart(octets, depth + 1) : undefined
    elements.push({ tag, parts, octets, length: undefined })
    at += length
  }
  return elements
}

function together(elements: readonly Element[]): Uint8Array {
  return Buffer.concat(
    elements.map(({ tag, parts, octets, length }) => {
      const content = parts === undefined ? octets : together(parts)
      return Buffer.concat([Uint8Array.of(tag), length ?? lengthOf(content.length), content])
    }),
  )
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  if (length < 0x100) return Uint8Array.of(0x81, length)
  return Uint8Array.of(0x82, length >>> 8, length & 0xff)
}

const TAGS = [0x02, 0x04, 0x05, 0x06, 0x30, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x80, 0x81, 0x82, 0xa0]
const CONTENTS = [
  '',
  '00',
  '80',
  'ff',
  '7fffffff',
  '80000000',
  'ffffffff',
  '00ffffffff',
  '0100000000',
  'ffffffffffffffff',
]
const LENGTHS = ['80', '00', '7f', '81ff', '82ffff', '84ffffffff', '84000000ff', '8000', 'ff', '850000000001', '8200']

/** A change of one element among its row. */
type Change = (row: Element[], at: number, dice: Dice) => void

const CHANGES: readonly Change[] = [
  (row, at) => row.splice(at, 1),
  (row, at) => row.splice(at, 0, ...row.slice(at, at + 1)),
  (row, at, dice) => {
    const other = Math.floor(dice() * row.length)
    const [one, two] = [row[at], row[other]]
    if (one !== undefined && two !== undefined) [row[at], row[other]] = [two, one]
  },
  (row, at, dice) => change(row, at, (element) => ({ ...element, tag: pick(TAGS, dice) ?? 0 })),
  (row, at, dice) => change(row, at, (element) => ({ ...element, tag: element.tag ^ (1 << Math.floor(dice() * 8)) })),
  (row, at, dice) => change(row, at, (element) => ({ ...element, length: unhex(pick(LENGTHS, dice)) })),
  (row, at, dice) =>
    change(row, at, (element) => ({ ...element, parts: undefined, octets: unhex(pick(CONTENTS, dice)) })),
  (row, at, dice) => {
    const octets = new Uint8Array(Math.floor(dice() * dice() * 2_000)).fill(Math.floor(dice() * 256))
    change(row, at, (element) => ({ ...element, parts: undefined, octets }))
  },
  (row, at, dice) => {
    for (let depth = dice() * 40; depth > 0; depth--) {
      change(row, at, (element) => ({ tag: 0x30, parts: [element], octets: NOTHING, length: undefined }))
    }
  },
  (row, at) => change(row, at, (element) => ({ ...element, length: padded(element) })),
]

const NOTHING = new Uint8Array(0)

function change(row: Element[], at: number, to: (element: Element) => Element): void {
  const element = row[at]
  if (element !== undefined) row[at] = to(element)
}

/** The true length in more octets than it needs, which BER allows and agents do. */
function padded({ parts, octets }: Element): Uint8Array {
  const { length } = parts === undefined ? octets : together(parts)
  return Uint8Array.of(0x84, 0, 0, length >>> 8, length & 0xff)
}

function pick<T>(all: readonly T[], dice: Dice): T | undefined {
  return all[Math.floor(dice() * all.length)]
}

function unhex(text = ''): Uint8Array {
  return Buffer.from(text, 'hex')
}

/** A mutant of a message: one to four changes of its elements, of its octets, or of where it ends. */
export function mutate(bytes: Uint8Array, dice: Dice): Uint8Array {
  let mutant = Uint8Array.from(bytes)
  for (let changes = 1 + Math.floor(dice() * 4); changes > 0; changes--) {
    const way = dice()
    if (way < 0.65) mutant = mutateElements(mutant, dice)
    else if (way < 0.9) mutant = mutateOctets(mutant, dice)
    else mutant = mutateEnd(mutant, dice)
  }
  return mutant
}

function mutateElements(bytes: Uint8Array, dice: Dice): Uint8Array<ArrayBuffer> {
  const elements = apart(bytes, 0)
  if (elements === undefined) return mutateOctets(bytes, dice)
  const rows: Element[][] = []
  const gather = (row: Element[]) => {
    rows.push(row)
    for (const { parts } of row) if (parts !== undefined) gather(parts)
  }
  gather(elements)
  const row = pick(rows, dice) ?? elements
  pick(CHANGES, dice)?.(row, Math.floor(dice() * row.length), dice)
  return Uint8Array.from(together(elements))
}

function mutateOctets(bytes: Uint8Array, dice: Dice): Uint8Array<ArrayBuffer> {
  const mutant = Uint8Array.from(bytes)
  const at = Math.floor(dice() * mutant.length)
  if (dice() < 0.5) mutant[at] = (mutant[at] ?? 0) ^ (1 << Math.floor(dice() * 8))
  else mutant[at] = Math.floor(dice() * 256)
  return mutant
}

function mutateEnd(bytes: Uint8Array, dice: Dice): Uint8Array<ArrayBuffer> {
  if (dice() < 0.7) return Uint8Array.from(bytes.subarray(0, Math.floor(dice() * (bytes.length + 1))))
  const tail = Uint8Array.from({ length: Math.floor(dice() * 20) }, () => Math.floor(dice() * 256))
  return Uint8Array.from([...bytes, ...tail])
}
