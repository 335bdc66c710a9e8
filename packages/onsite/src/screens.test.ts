import { checkNames, type Meter, type Reading } from '@platen/model'
import { describe, expect, it } from 'vitest'
import type { Asked } from './ask.ts'
import { askScreen } from './screens.ts'
import type { Words } from './words.ts'
import { german } from './words-de.ts'
import { english } from './words-en.ts'

const nobody = {
  vendor: 'Acme',
  model: 'Press 9',
  serial: 'A1',
  assetNumber: null,
  mac: null,
  hostName: null,
  location: null,
  contact: null,
  firmware: null,
  description: null,
  objectId: null,
}

const total: Meter = {
  unit: 'impressions',
  work: 'total',
  colour: 'all',
  size: 'all',
  sides: 'all',
  value: 12_345n,
  source: { objects: [], profile: 'standard', confidence: 'A' },
}

/** What `ask` shows of a printer whose checks have these names. */
function shown(words: Words, ...names: readonly string[]): string {
  const reading: Reading = {
    id: '0'.repeat(32),
    at: '2026-01-01T00:00:00.000Z',
    monotonic: 0,
    address: '10.0.0.1',
    upTime: null,
    identity: nobody,
    meters: [total],
    supplies: [],
    inputs: [],
    status: { device: 'unknown', errors: [], alerts: [] },
    checks: names.map((name, at) => ({ name, left: 12_345n, right: 12_345n + BigInt(at), holds: at === 0 })),
    misses: [],
    profile: 'standard',
    instructions: 'test',
    observation: {},
  }
  const asked: Extract<Asked, { ok: true }> = {
    ok: true,
    address: '10.0.0.1',
    evidence: 'printerMib',
    profile: 'standard',
    reading,
    lines: [],
    cost: { requests: 1, bytesOut: 1, bytesIn: 1, varbinds: 1 },
    manner: { community: 0, version: 'v2c' },
    vain: [],
    communities: 1,
  }
  return askScreen(words, asked)
}

describe('the checks of one printer', () => {
  it('have a code as it is where there are no words for it, without control characters', () => {
    expect(shown(german, 'newerThanThis')).toContain('newerThanThis  12.345 = 12.345  stimmt')
    expect(shown(english, 'constructor', 'odd\u001b[31m one')).toMatch(/constructor {2}.*odd\?\[31m one {2}/s)
  })

  it.each([english, german])('are said in words, with the row where they are of one: $locale', (words) => {
    const screen = shown(words, ...checkNames)
    for (const code of checkNames) {
      expect(screen).toContain(words.checks[code])
      expect(screen).not.toMatch(new RegExp(`\\b${code}\\b`))
    }
  })

  it('say what differs, and which row or meter it is', () => {
    expect(shown(english, 'worksTotal', 'lifeCount 1.2')).toContain(
      'Total = life count (row 1.2)  12,345 ≠ 12,346  does NOT hold',
    )
    expect(shown(german, 'lifeCount 1.2')).toContain('Gesamt = Lebensdauerzähler (Zeile 1.2)  12.345 = 12.345  stimmt')
    expect(shown(english, 'total.all.all.all/impressions')).toContain('total.all.all.all/impressions: two sources')
  })
})
