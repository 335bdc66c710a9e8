import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('the README’s reading order names every file, once', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const order = readme.slice(readme.indexOf('## Reading order'))
  const named = [...order.matchAll(/`([a-z0-9-]+\.ts)`/g)].map(([, name]) => name)
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => /^[a-z0-9-]+\.ts$/.test(name))
  expect(files.length).toBeGreaterThan(50)
  expect(named.toSorted()).toEqual(files.toSorted())
})
