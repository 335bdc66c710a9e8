import { describe, expect, it } from 'vitest'
import de from './de.json'
import en from './en.json'
import { createTranslator, languageOf } from './i18n.ts'

const sources: Record<string, string> = import.meta.glob(['../**/*.ts', '../**/*.tsx', '!../**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})
const code = Object.values(sources).join('\n')

function keysOf(texts: object, above = ''): string[] {
  return Object.entries(texts).flatMap(([name, value]) =>
    typeof value === 'string' ? [above + name] : keysOf(value, `${above}${name}.`),
  )
}

function textAt(texts: object, key: string): string {
  const found = key
    .split('.')
    .reduce<unknown>((at, name) => Object.entries(at ?? {}).find(([each]) => each === name)?.[1], texts)
  return String(found)
}

const placeholders = (text: string) => (text.match(/\{\{[^}]+\}\}/g) ?? []).toSorted()

describe('the two languages', () => {
  it('have the same texts, none of them empty', () => {
    expect(keysOf(de).toSorted()).toEqual(keysOf(en).toSorted())
    for (const key of keysOf(en)) expect(`${textAt(de, key)}|${textAt(en, key)}`, key).toMatch(/\S\|\S/)
  })

  it('have the same blanks to fill in every text', () => {
    for (const key of keysOf(en)) expect(placeholders(textAt(de, key)), key).toEqual(placeholders(textAt(en, key)))
  })

  it('have every text the pages ask for', () => {
    const known = new Set(keysOf(en).map((key) => key.replace(/_(one|other)$/, '')))
    const asked = [...code.matchAll(/\bt\(\s*'([^']+)'/g)].flatMap(([, key]) => (key === undefined ? [] : [key]))
    expect(asked.length).toBeGreaterThan(150)
    expect(asked.filter((key) => !known.has(key))).toEqual([])
  })

  it('have no text that no page asks for', () => {
    const prefixes = [...code.matchAll(/`([a-zA-Z.]+)\$\{/g)].flatMap(([, prefix]) =>
      prefix === undefined ? [] : [prefix],
    )
    const used = (key: string) =>
      code.includes(`'${key}'`) ||
      prefixes.some((prefix) => prefix.includes('.') && key.startsWith(prefix)) ||
      key.startsWith('colorant.')
    expect(
      keysOf(en)
        .map((key) => key.replace(/_(one|other)$/, ''))
        .filter((key) => !used(key)),
    ).toEqual([])
  })

  it('count in their own way', () => {
    const [german, english] = [createTranslator('de'), createTranslator('en')]
    expect(german.t('fleet.count', { count: 1 })).toBe('1 Gerät')
    expect(german.t('fleet.count', { count: 10_000 })).toBe('10.000 Geräte')
    expect(english.t('fleet.count', { count: 10_000 })).toBe('10,000 devices')
  })

  it('take names as they are, even those that look like our own notation', () => {
    const { t } = createTranslator('en')
    expect(t('places.added', { name: '{{count}} $t(app.signOut) <b>' })).toBe(
      '{{count}} $t(app.signOut) <b> was added.',
    )
  })

  it('are recognised in a browser tag and nowhere else', () => {
    expect([languageOf('de-AT'), languageOf('EN'), languageOf('fr'), languageOf(''), languageOf(null)]).toEqual([
      'de',
      'en',
      null,
      null,
      null,
    ])
  })
})
