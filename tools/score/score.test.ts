/** The score is only worth something if it notices: what is read, missed, mistaken, made up, and what a folder does not say. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { compile, type Instructions } from '@platen/collector'
import { afterEach, describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE } from '../knowledge/catalogue.ts'
import { jsonOf, textOf } from './report.ts'
import { checkedInRulings, type Ruling, ruled } from './rulings.ts'
import { scoreFolder } from './score.ts'

const ACME = '1.3.6.1.4.1.99999.7'
const PRINTER = `1.3.6.1.2.1.1.1.0|4|Acme Printing System
1.3.6.1.2.1.1.2.0|6|${ACME}.1
1.3.6.1.2.1.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5
1.3.6.1.2.1.25.3.2.1.3.1|4|ACME Jet 9
1.3.6.1.2.1.43.5.1.1.17.1|4|AC-0001
1.3.6.1.2.1.43.10.2.1.3.1.1|2|7
1.3.6.1.2.1.43.10.2.1.4.1.1|65|1010
1.3.6.1.2.1.43.11.1.1.6.1.1|4|Toner black
1.3.6.1.2.1.43.11.1.1.7.1.1|2|7
1.3.6.1.2.1.43.11.1.1.8.1.1|2|3000
1.3.6.1.2.1.43.11.1.1.9.1.1|2|1200
${ACME}.1.0|65|1000
${ACME}.2.1.1|4|Full Colour
${ACME}.2.1.2|4|Black
${ACME}.2.2.1|65|400
${ACME}.2.2.2|65|600
`
const FACTS = {
  system: { sysDescr: 'Acme Printing System', sysObjectID: `${ACME}.1` },
  hrDevice: [{ index: '1', type: '1.3.6.1.2.1.25.3.1.5', descr: 'ACME Jet 9' }],
  prtGeneral: { serialNumber: { 1: 'AC-0001' } },
  marker: [{ index: '1.1', lifeCount: 1010 }],
  supplies: [{ index: '1.1', type: 3, unit: 7, level: 1200, capacity: 3000, description: 'Toner black' }],
}
const standard = {
  profile: 'standard',
  placeholders: { only: 'X0' },
  tables: {
    device: { rows: 4, columns: { description: '1.3.6.1.2.1.25.3.2.1.3', serial: '1.3.6.1.2.1.43.5.1.1.17' } },
    marker: { rows: 8, columns: { life: '1.3.6.1.2.1.43.10.2.1.4' } },
    supplies: {
      rows: 8,
      columns: {
        description: '1.3.6.1.2.1.43.11.1.1.6',
        capacity: '1.3.6.1.2.1.43.11.1.1.8',
        level: '1.3.6.1.2.1.43.11.1.1.9',
      },
    },
  },
  identity: {
    serial: { rows: 'device', column: 'serial' },
    model: { rows: 'device', column: 'description' },
    upTime: { get: '1.3.6.1.2.1.1.3.0' },
  },
  meters: [{ name: 'lifeCount', rows: 'marker', unit: 'impressions', value: { column: 'life' }, confidence: 'A' }],
  supplies: [
    {
      rows: 'supplies',
      index: { join: [{ part: 1 }, { part: 2 }], with: '.' },
      kind: 'toner',
      class: 'consumed',
      colorant: 'black',
      description: { column: 'description' },
      unit: 'impressions',
      level: { column: 'level' },
      capacity: { column: 'capacity' },
      confidence: 'A',
    },
  ],
}
const acme = {
  profile: 'acme',
  extends: 'standard',
  match: { objectId: [ACME] },
  reach: { allow: [ACME] },
  tables: { modes: { rows: 8, columns: { label: `${ACME}.2.1`, count: `${ACME}.2.2` } } },
  labels: { modes: { mono: ['Black'], full: ['Full Colour'] } },
  meters: [
    { unit: 'impressions', value: { get: `${ACME}.1.0` }, confidence: 'A' },
    {
      rows: 'modes',
      unit: 'impressions',
      colour: { label: { column: 'label' }, in: 'modes' },
      value: { column: 'count' },
      confidence: 'B',
    },
  ],
}
const makers = {
  makers: [{ vendor: 'Acme', id: ['ACME'], objectId: ['1.3.6.1.4.1.99999'], printers: [ACME] }],
  never: [],
}

function acmeInstructions(): Instructions {
  const compiled = compile([standard, acme, makers], '1')
  if (!compiled.ok) throw new Error(compiled.problems.join('\n'))
  return compiled.instructions
}

const folders: string[] = []

async function folderOf(files: Readonly<Record<string, string | object>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'score-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(resolve(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}

async function scoreOf(files: Readonly<Record<string, string | object>>, rulings: readonly Ruling[] = []) {
  const done: string[] = []
  const score = await scoreFolder({
    folder: await folderOf(files),
    instructions: acmeInstructions(),
    rulings,
    progress: (at, all, name) => done.push(`${at}/${all} ${name}`),
  })
  return { score, json: jsonOf(score), text: textOf(score), done }
}

describe('the score of a folder', () => {
  afterEach(async () => {
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })))
  })

  it('refuses a folder without recordings', async () => {
    await expect(scoreOf({ 'facts/a.json': {} })).rejects.toThrow('no recordings/')
  })

  it('counts what is read right, and what asking cost', async () => {
    const { json, text, done } = await scoreOf({ 'recordings/jet.snmprec': PRINTER, 'facts/jet.json': FACTS })
    expect(json.printers).toEqual({ recognised: 1, missed: [] })
    const right = { right: 1, missing: 0, wrong: 0, invented: 0 }
    for (const attribute of ['model', 'serial', 'lifeCount', 'supplyLevel', 'supplyCapacity', 'supplyType'])
      expect(json.attributes[attribute], attribute).toEqual(right)
    expect(json.cost.requests).toBeGreaterThan(3)
    expect(json.cost.varbinds).toBeGreaterThan(json.cost.requests)
    // A request of one object is some 40 octets long, and no datagram longer than a frame.
    expect(json.cost.bytesOut).toBeGreaterThan(json.cost.requests * 40)
    expect(json.cost.bytesIn).toBeLessThan(json.cost.requests * 1_472)
    expect(text).toMatch(/^jet +acme +\d+ +\d+ +\d+ +\d+$/m)
    // It tells no up time: nobody could know whether it is still as it was.
    expect(json.costs.devices).toBe(0)
    expect(done).toEqual(['1/1 jet'])
  })

  it('counts what a later visit costs, beside the full read', async () => {
    const timed = `${PRINTER}1.3.6.1.2.1.1.3.0|67|4711\n`.split('\n').sort().join('\n')
    const { json, text } = await scoreOf({ 'recordings/jet.snmprec': timed, 'facts/jet.json': FACTS })
    const { devices, full, steady, meters } = json.costs
    expect(devices).toBe(1)
    expect(full).toEqual(json.cost)
    expect(steady.requests).toBeLessThan(full.requests)
    expect(meters.requests).toBe(1)
    expect(meters.bytesIn).toBeLessThan(steady.bytesIn)
    expect(text).toMatch(/^jet +acme( +\d+){12}$/m)
  })

  it('tells missing from wrong, and asks for nothing the recording does not hold', async () => {
    const { json, text } = await scoreOf({
      'recordings/jet.snmprec': PRINTER,
      'facts/jet.json': {
        ...FACTS,
        marker: [
          { index: '1.1', lifeCount: 999 },
          { index: '1.2', lifeCount: 5 },
        ],
        mac_hex: { 1: '02aabb112233' },
      },
      'expected/jet.json': { identity: { serial: 'NOWHERE-7', model: 'Printing System', firmware: '9.9' } },
    })
    expect(json.attributes.serial).toMatchObject({ right: 1, wrong: 0 })
    expect(json.attributes.model).toMatchObject({ wrong: 1 })
    expect(json.attributes.firmware).toEqual({ right: 0, missing: 0, wrong: 0, invented: 0 })
    expect(json.attributes.mac).toMatchObject({ missing: 1 })
    expect(json.attributes.lifeCount).toMatchObject({ missing: 2 })
    expect(text).toContain('jet: model wrong: Printing System, read as ACME Jet 9')
  })

  it('names every sum that does not hold in the meters', async () => {
    const sum = { recording: 'jet', sum_of: [`${ACME}.2.2.1`, `${ACME}.2.2.2`], meaning: 'colours' }
    const { json, text } = await scoreOf({
      'recordings/jet.snmprec': PRINTER,
      'facts/jet.json': FACTS,
      'checks.json': [
        { ...sum, equals: [`${ACME}.1.0`], holds: true },
        { ...sum, equals: ['1.3.6.1.2.1.43.10.2.1.4.1.1'], holds: true },
        { ...sum, equals: [`${ACME}.6.0`], holds: true },
        { ...sum, equals: [`${ACME}.1.0`], holds: false },
        { ...sum, recording: 'elsewhere', equals: [`${ACME}.1.0`], holds: true },
      ],
    })
    expect(json.identities).toEqual({ held: 1, broken: ['jet', 'jet'] })
    expect(text).toContain('colours: 1000 and 1010')
    expect(text).toContain('colours: not all of it is read')
    expect(json.attributes.privateMeters).toEqual({ right: 3, missing: 0, wrong: 0, invented: 0 })
  })

  it('names printers it missed, with all they hold as missing, and other devices it took for printers', async () => {
    const { json } = await scoreOf({
      'recordings/hidden.snmprec': '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.8\n',
      'facts/hidden.json': { system: { sysObjectID: '1.3.6.1.4.1.99999.8' }, marker: [{ index: '1.1', lifeCount: 7 }] },
      'recordings/stub.snmprec': '1.3.6.1.2.1.1.1.0|4|Acme Jet\n',
      'nonprinters/like.snmprec': PRINTER,
      'nonprinters/host.snmprec': '1.3.6.1.2.1.1.1.0|4|host\n',
    })
    expect(json.printers).toEqual({ recognised: 0, missed: ['hidden'] })
    expect(json.attributes.lifeCount).toMatchObject({ missing: 1 })
    expect(json.nonprinters.accepted).toEqual(['like'])
    expect(json.recordings).toBe(4)
  })

  it('holds an odd case to its own rule, and one it never met to the general ones', async () => {
    const { json } = await scoreOf({
      'odd/made-count-negative.snmprec': PRINTER,
      'odd/made-count-integer.snmprec': PRINTER,
      'facts/made-count-integer.json': FACTS,
      'odd/new-case.snmprec': PRINTER,
      'odd/printmaster-null-answers.snmprec': PRINTER,
    })
    expect(json.odd).toEqual({ met: 2, unmet: ['made-count-negative', 'printmaster-null-answers'] })
  })

  it('answers a device below zero with what was recorded, not with what a growing one would say', async () => {
    const { score } = await scoreOf({ 'odd/made-count-negative.snmprec': '1.3.6.1.2.1.43.10.2.1.4.1.1|2|-1\n' })
    expect(score.odd.unmet).toEqual([])
  })

  it('follows a ruling for the value that was ruled on and no other', () => {
    const ruling = { recording: 'jet', attribute: 'model', said: 'Series 9', ours: 'Jet 9' }
    const mark = (detail: string) => ({ attribute: 'model', fate: 'wrong', detail }) as const
    expect(ruled([mark('Series 9, read as Jet 9')], 'jet', [ruling])).toMatchObject([{ fate: 'right' }])
    expect(ruled([mark('Series 9, read as Jet 8')], 'jet', [ruling])).toMatchObject([{ fate: 'wrong' }])
    expect(ruled([mark('Series 9, read as Jet 9')], 'other', [ruling])).toMatchObject([{ fate: 'wrong' }])
    const missing = { attribute: 'model', fate: 'missing', detail: 'Series 9' } as const
    expect(ruled([missing], 'jet', [{ ...ruling, ours: null }])).toEqual([])
    expect(ruled([missing], 'jet', [ruling])).toEqual([missing])
  })
})

const corpus = resolve(KNOWLEDGE, '../../shared/corpus')
const hasCorpus = existsSync(join(corpus, 'recordings'))
if (!hasCorpus) console.log(`real recordings are not scored: ${corpus} is not there`)

describe.skipIf(!hasCorpus)('the score of the real recordings', () => {
  it('misses no printer, takes nothing else for one, invents nothing, and reads every value of every attribute', async () => {
    const [instructions, rulings] = await Promise.all([checkedInInstructions(), checkedInRulings()])
    const json = jsonOf(await scoreFolder({ folder: corpus, instructions, rulings, progress: () => undefined }))
    expect(json.recordings).toBeGreaterThanOrEqual(137)
    expect(json.printers.missed).toEqual([])
    expect(json.printers.recognised).toBeGreaterThanOrEqual(65)
    expect(json.nonprinters.accepted).toEqual([])
    expect(json.odd.unmet).toEqual([])
    expect(json.identities).toMatchObject({ broken: [] })
    expect(json.identities.held).toBeGreaterThanOrEqual(20)
    for (const [attribute, counts] of Object.entries(json.attributes)) {
      expect(counts, attribute).toMatchObject({ missing: 0, wrong: 0, invented: 0 })
      expect(counts.right, attribute).toBeGreaterThanOrEqual(15)
    }
    const { devices, full, steady } = json.costs
    expect(devices).toBeGreaterThanOrEqual(29)
    // Half of what a full read cost when each table was read by itself: 9,100 octets a device.
    expect((full.bytesIn + full.bytesOut) / devices).toBeLessThan(5_200)
    expect((steady.bytesIn + steady.bytesOut) / devices).toBeLessThan(1_100)
  }, 60_000)
})
