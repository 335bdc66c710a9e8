import {
  checkNames,
  colours,
  compareMeters,
  meterKey,
  missCodes,
  missParams,
  sides,
  sizes,
  units,
  works,
} from '@platen/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTranslator } from './i18n/i18n.ts'
import {
  checkTitle,
  colorantName,
  compareMeterKeys,
  meterDetail,
  meterTitle,
  missDetail,
  parseMeterKey,
} from './words.ts'

const en = createTranslator('en').t
const de = createTranslator('de').t
const name = { unit: 'impressions', work: 'total', colour: 'all', size: 'all', sides: 'all' } as const
const anyName = fc.record({
  unit: fc.constantFrom(...units),
  work: fc.constantFrom(...works),
  colour: fc.constantFrom(...colours),
  size: fc.oneof(fc.constantFrom(...sizes), fc.constantFrom('A4', 'na_letter_8.5x11in', 'iso.a3')),
  sides: fc.constantFrom(...sides),
})

describe('meters in words', () => {
  it('refuses what is not a meter key', () => {
    for (const text of ['', 'total', 'serial', 'total.all.all.all', 'total.pink.all.all/impressions', 'a.b.c.d/e'])
      expect(parseMeterKey(text)).toBeNull()
  })

  it('reads every key the model can write, with media names that hold dots', () => {
    fc.assert(
      fc.property(anyName, (made) => {
        expect(parseMeterKey(meterKey(made))).toEqual(made)
      }),
    )
  })

  it('orders keys as the model orders names', () => {
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        const wanted = Math.sign(compareMeters(a, b))
        if (wanted !== 0) expect(Math.sign(compareMeterKeys(meterKey(a), meterKey(b)))).toBe(wanted)
      }),
    )
    expect(
      ['zzz', 'print.all.all.all/impressions', 'total.all.all.all/impressions'].toSorted(compareMeterKeys),
    ).toEqual(['total.all.all.all/impressions', 'print.all.all.all/impressions', 'zzz'])
  })

  it('says only what narrows a meter, and the unit only where it is not impressions', () => {
    expect(meterTitle(en, name)).toBe('Total')
    expect(meterTitle(en, { ...name, work: 'print', colour: 'full', size: 'large' })).toBe(
      'Print: Colour, A3 and larger',
    )
    expect(meterTitle(de, { ...name, work: 'scan', unit: 'sheets' })).toBe('Scan (Blatt)')
    expect(meterDetail(de, { ...name, sides: 'duplex' })).toBe('Zweiseitig')
    expect(meterDetail(en, { ...name, size: 'A4' })).toBe('A4')
  })

  it('shows a check it has no words for as it came', () => {
    for (const name of ['', 'drumTurns', 'drumTurns 1.2', 'mono + colour = total', 'constructor', '<b>'])
      expect(checkTitle(de, name)).toBe(name)
  })

  it('says every check of the model in both languages, and the row it was found in', () => {
    for (const name of checkNames) {
      expect(checkTitle(en, name)).toMatch(/=/)
      expect(checkTitle(de, name)).not.toBe(checkTitle(en, name))
    }
    expect(checkTitle(en, 'lifeCount 1.2')).toBe('Total = life count (row 1.2)')
    expect(checkTitle(de, 'scan.all.all.all/sheets')).toBe('Scan (Blatt): zwei Quellen')
    expect(checkTitle(de, 'print.all.all.all/impressions 3')).toBe('Druck: zwei Quellen (Zeile 3)')
  })

  it('shows a miss without a code, or with one it does not know, as the Onsite wrote it', () => {
    const detail = "'80 %' is no count"
    expect(missDetail(de, { detail })).toBe(detail)
    expect(missDetail(de, { detail, code: 'drumTurned', params: { said: '1' } })).toBe(detail)
    expect(missDetail(de, { detail, code: 'constructor' })).toBe(detail)
    expect(missDetail(de, { detail, code: 'notAnswered', params: { why: 'toString' } })).toBe(detail)
    expect(missDetail(de, { detail: 'total.all.all.all/impressions, scan.all.all.all/items' })).toMatch(/ · /)
  })

  it('says every miss of the model in both languages, with what it speaks of', () => {
    const ownWords = new Map([
      ['other', 'lifeCount'],
      ['count', '7'],
      ['why', 'silent'],
    ])
    for (const code of missCodes) {
      const params = Object.fromEntries(missParams[code].map((name) => [name, ownWords.get(name) ?? `QQ${name}`]))
      const [inEnglish, inGerman] = [en, de].map((t) => missDetail(t, { detail: 'raw', code, params }))
      expect(inEnglish, code).not.toMatch(/raw|\{\{/)
      const spokenOf = missParams[code].filter((name) => !ownWords.has(name) && code !== 'notAnswered')
      for (const name of spokenOf) for (const said of [inEnglish, inGerman]) expect(said, code).toContain(`QQ${name}`)
      if (code !== 'metersNotSaid') expect(inGerman, code).not.toBe(inEnglish)
    }
    expect(missDetail(de, { detail: '', code: 'overfull', params: { level: '143065', capacity: '100' } })).toBe(
      'Es sagt 143065 von 100',
    )
    expect(missDetail(en, { detail: '', code: 'notThisTime', params: { other: 'lifeCount', count: '76498' } })).toMatch(
      /Total = life count \(76,498\)/,
    )
  })

  it('shows a colorant it has no word for as the printer said it', () => {
    expect(colorantName(de, 'light cyan')).toBe('Hellcyan')
    expect(colorantName(de, '<b>')).toBe('<b>')
    expect(colorantName(en, 'constructor')).toBe('constructor')
  })
})
