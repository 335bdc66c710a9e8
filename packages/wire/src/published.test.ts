/** What others build on: the schemas lying in `schemas/` are those of the code, and the messages load where there is no Node. */
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { publishedSchemas } from './published.ts'

const folder = resolve(import.meta.dirname, '../schemas')

test('the published JSON Schemas are not stale (else run: node packages/wire/src/publish.ts)', () => {
  const lying = new Map(readdirSync(folder).map((file) => [file, readFileSync(resolve(folder, file), 'utf8')]))
  expect([...lying.keys()].sort()).toEqual([...publishedSchemas().keys()].sort())
  for (const [file, text] of publishedSchemas()) expect(lying.get(file), file).toBe(text)
})

test('every text and list in the published schemas has a bound', () => {
  for (const [file, text] of publishedSchemas()) {
    const unbounded: string[] = []
    JSON.parse(text, (key, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('type' in value)) return value
      const bounded =
        'maxLength' in value || 'pattern' in value || 'format' in value || 'enum' in value || 'const' in value
      if (value.type === 'string' && !bounded) unbounded.push(`${file} ${key}`)
      if (value.type === 'array' && !('maxItems' in value)) unbounded.push(`${file} ${key}`)
      return value
    })
    expect(unbounded).toEqual([])
  }
})

test('messages.ts and all it imports is free of Node', () => {
  const seen = new Set<string>()
  const walk = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    const source = readFileSync(file, 'utf8')
    expect(source).not.toMatch(/from '(node:|hpke)|\bBuffer\b|\bprocess\b/)
    for (const [, path] of source.matchAll(/from '(\.\/[^']+)'/g)) walk(resolve(file, '..', path ?? ''))
  }
  walk(resolve(import.meta.dirname, 'messages.ts'))
  expect(seen.size).toBeGreaterThanOrEqual(3)
})
