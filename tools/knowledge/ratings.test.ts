/** No rule rests on more than is known: a meter is rated no better than the facts of the objects it is read from. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Instructions } from '@platen/collector'
import { confidences, doubtsOf, isKnownByFew, meterKey } from '@platen/model'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE, type ReadRecording, readRecording, recordingsIn } from './catalogue.ts'
import { asList, asRecord } from './json.ts'

const facts = resolve(KNOWLEDGE, '../../shared/knowledge/oids.json')

type Rule = Instructions['profiles'][number]['meters'][number]

describe('meters that few sources tell', () => {
  let instructions: Instructions
  let read: ReadRecording[] = []

  beforeAll(async () => {
    instructions = await checkedInInstructions()
    const paths = await recordingsIn(join(KNOWLEDGE, 'recordings'))
    read = await Promise.all(paths.map((path) => readRecording(path, instructions)))
  })

  it('are read, and billed only where a sum of the device holds', () => {
    let unbilled = 0
    let proved = 0
    for (const { printer } of read) {
      if (printer === null) continue
      const { reading } = printer
      const found = doubtsOf(reading)
      for (const meter of reading.meters) {
        const doubt = found.get(meterKey(meter))
        if (doubt === 'disputed') expect(reading.checks.every(({ holds }) => holds)).toBe(false)
        if (!isKnownByFew(meter.source.confidence)) expect(doubt).not.toBe('unproved')
        else if (doubt === undefined) proved++
        else unbilled++
      }
    }
    expect(unbilled).toBeGreaterThan(20)
    expect(proved).toBeGreaterThan(10)
  })

  it.skipIf(!existsSync(facts))('are rated no better than the sheet of facts rates their objects', () => {
    const rated = ratedObjects()
    let looked = 0
    const better: string[] = []
    for (const profile of instructions.profiles) {
      if (profile.profile === 'standard') continue
      for (const rule of profile.meters) {
        const known = objectsOf(rule, profile).flatMap((object) => ratingOf(object, rated) ?? [])
        const worst = known.sort((one, other) => confidences.indexOf(other) - confidences.indexOf(one))[0]
        if (worst === undefined) continue
        looked++
        const name = `${profile.profile} ${rule.work} ${rule.colour} ${rule.size} ${objectsOf(rule, profile)[0]}: ${rule.confidence} for ${worst}`
        if (confidences.indexOf(rule.confidence) < confidences.indexOf(worst)) better.push(name)
      }
    }
    expect(better).toEqual([])
    expect(looked).toBeGreaterThan(100)
  })
})

type Confidence = (typeof confidences)[number]

/** Objects the sheet rates, longest first when they are looked up. */
function ratedObjects(): ReadonlyMap<string, Confidence> {
  const rated = new Map<string, Confidence>()
  for (const vendor of asList(asRecord(JSON.parse(readFileSync(facts, 'utf8'))).vendors))
    for (const { oid, confidence } of asList(vendor.counters)) {
      const known = confidences.find((one) => one === confidence)
      for (const object of Array.isArray(oid) ? oid.map(String) : [String(oid)])
        if (known !== undefined) rated.set(object.trim().replace(/\.<.*$/, ''), known)
    }
  return rated
}

function ratingOf(object: string, rated: ReadonlyMap<string, Confidence>): Confidence | null {
  for (let end = object.length; end > 0; end = object.lastIndexOf('.', end - 1)) {
    const known = rated.get(object.slice(0, end))
    if (known !== undefined) return known
  }
  return null
}

/** Every private object a rule's count is read from; a sum proves no less than what it is made of. */
function objectsOf(rule: Rule, { tables, records, labels }: Instructions['profiles'][number]): readonly string[] {
  const found: string[] = []
  const walk = (term: unknown): void => {
    if (Array.isArray(term)) for (const one of term) walk(one)
    const { get, column, of, rows, records: block, where: _, by: __, ...inner } = asRecord(term)
    if (typeof get === 'string') found.push(get)
    if (typeof block === 'string') found.push(records[block]?.object ?? '')
    if (typeof column === 'string') found.push(tables[String(of ?? rows ?? rule.rows)]?.columns[column] ?? '')
    for (const one of Object.values(inner)) walk(one)
  }
  walk(rule.value)
  return found.filter((object) => object.startsWith('1.3.6.1.4.1.')).flatMap((object) => rowsOf(object, rule, labels))
}

/** A rule that reads some rows only is as good as those: by the numbers that its label table gives them, where it gives any. */
function rowsOf(object: string, { only }: Rule, labels: Instructions['profiles'][number]['labels']): readonly string[] {
  const numbers = JSON.stringify(only ?? '').matchAll(/"in":"(\w+)"/g)
  const rows = [...numbers].flatMap(([, name = '']) => Object.values(labels[name] ?? {}).flat())
  const numbered = rows.filter((label) => /^\d+$/.test(label))
  return numbered.length > 0 ? numbered.map((row) => `${object}.${row}`) : [object]
}
