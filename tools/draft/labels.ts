/**
 * Guesses what a counter counts from what the device calls it. Only a label of which every word is understood is a guess; one with a
 * word too many ("Total 2", "Scan to HDD") counts something else, and is a question for a person.
 */
import type { Colour, MeterName, Sides, Unit, Work } from '@platen/model'
import { AXES, BOTH_PARTS, FULL, NO_METER, NOISE, TWO_COLOURS } from './vocabulary.ts'

/** What a label means, or why nobody but a person can say. */
export type Guess =
  /** `part`: one of two kinds that make the meter together; `isLoose`: "colour" may be full colour or all of it. */
  | { readonly ok: true; readonly name: MeterName; readonly part: 'single' | 'two' | null; readonly isLoose: boolean }
  | { readonly ok: false; readonly reason: 'noMeter' | 'unknownWords' | 'nothing'; readonly words: string }

/** Guesses one label in any of the languages of the vocabulary. */
export function guessLabel(label: string): Guess {
  let rest = ` ${normal(label)} `
  if (NO_METER.test(rest)) return { ok: false, reason: 'noMeter', words: rest.trim() }
  const found = {
    works: new Set<Work>(),
    colours: new Set<Colour>(),
    sizes: new Set<string>(),
    sides: new Set<Sides>(),
    units: new Set<Unit>(),
  }
  for (const { pattern, axis, target } of AXES) {
    const less = rest.replaceAll(pattern, ' ')
    if (less === rest) continue
    rest = less.replaceAll(/ +/g, ' ')
    add(found, axis, target)
  }
  const left = rest
    .replaceAll(NOISE, ' ')
    .replaceAll(/[^\p{L}\d]+/gu, ' ')
    .trim()
  if (left !== '') return { ok: false, reason: 'unknownWords', words: left }
  const isAnything = Object.values(found).some((targets) => targets.size > 0)
  return isAnything ? nameOf(found, ` ${normal(label)} `) : { ok: false, reason: 'nothing', words: '' }
}

interface Found {
  readonly works: Set<Work>
  readonly colours: Set<Colour>
  readonly sizes: Set<string>
  readonly sides: Set<Sides>
  readonly units: Set<Unit>
}

function add(found: Found, axis: (typeof AXES)[number]['axis'], target: string): void {
  // border: the vocabulary names targets as text; only those of the model get through.
  for (const known of WORDS[axis]) if (known === target) (found[axis] as Set<string>).add(target)
}

const WORDS: { readonly [axis in keyof Found]: readonly string[] } = {
  works: ['total', 'print', 'copy', 'scan', 'fax', 'other'],
  colours: ['mono', 'full', 'highlight'],
  sizes: ['large', 'small'],
  sides: ['simplex', 'duplex'],
  units: ['impressions', 'sheets', 'items'],
}

/** Two works, or both sides, are no name of one meter; full and single colour together are colour. */
function nameOf({ works, colours, sizes, sides, units }: Found, label: string): Guess {
  const own = [...works].filter((work) => work !== 'total')
  const mixed: readonly Colour[] = [...colours]
  const colour = mixed.includes('full') && !mixed.includes('mono') ? 'full' : only(mixed, 'all')
  const work = only(own, 'total')
  const size = only([...sizes], 'all')
  const side = only([...sides], 'all')
  if (work === null || colour === null || size === null || side === null)
    return { ok: false, reason: 'unknownWords', words: 'two of a kind' }
  const unit = units.has('sheets') ? 'sheets' : work === 'scan' ? 'items' : 'impressions'
  const part = colour !== 'highlight' || BOTH_PARTS.test(label) ? null : TWO_COLOURS.test(label) ? 'two' : 'single'
  return {
    ok: true,
    name: { unit, work, colour, size, sides: side },
    part,
    isLoose: colour === 'full' && !FULL.test(label),
  }
}

function only<T>(found: readonly T[], none: T): T | null {
  const [first] = found
  return first === undefined ? none : found.length === 1 ? first : null
}

/** Lower case, no accents but what makes another letter, blanks single; the signs that join words become blanks later. */
function normal(label: string): string {
  return label
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[\s_]+/g, ' ')
    .trim()
}

/** Names of media, as devices write them: a table of such labels counts by size. */
const MEDIA =
  /^(a[2-6]|b[4-6]|c[4-6]|dl|#10|sra3|letter|ledger|legal|folio|statement|executive|exective|tabloid|half ?letter|oficio|envelope|umschlag|postcard|hagaki|banner|custom|others?|andere|auto)\b/

/** Whether a label is the name of a medium. */
export const isMedium = (label: string): boolean => MEDIA.test(normal(label))
