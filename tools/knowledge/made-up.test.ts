/**
 * Devices nobody recorded: made up from the sheet of facts alone, several a maker, rows in any order and numbers of any type. What the
 * sheet rates A to C and this repository does not list as knowingly left out must be read: it is what carries over to devices not met yet.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { collect, type Instructions, identify, normalise, probe } from '@platen/collector'
import { RecordedSession } from '@platen/collector/testing'
import type { Reading } from '@platen/model'
import { Oid, type Value, type Varbind } from '@platen/snmp'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE } from './catalogue.ts'
import { asList, asRecord } from './json.ts'

const sheet = resolve(KNOWLEDGE, '../../shared/knowledge/oids.json')
const STAMP = { id: '0'.repeat(32), at: '2026-01-01T00:00:00.000Z', monotonic: 0, address: '192.0.2.10' }
/** Devices made up of each maker. */
const EACH = 9

/** A fact as it was put into a device. */
interface Put {
  readonly fact: string
  readonly value: bigint
}

describe.skipIf(!existsSync(sheet))('devices made up from the sheet of facts', () => {
  let instructions: Instructions

  beforeAll(async () => {
    instructions = await checkedInInstructions()
  })

  it('tell everything that is not knowingly left out', async () => {
    const vendors = asList(asRecord(JSON.parse(readFileSync(sheet, 'utf8'))).vendors)
    const left = new Map(
      asList(JSON.parse(readFileSync(join(KNOWLEDGE, 'unread.json'), 'utf8'))).map((one) => [
        `${one.maker} ${one.fact}`,
        String(one.why),
      ]),
    )
    const told = new Set<string>()
    const put = new Set<string>()
    for (const vendor of vendors) {
      for (let which = 0; which < EACH; which++) {
        const device = deviceOf(vendor, which)
        if (device.put.length === 0) continue
        const reading = await readingOf(device.rows, instructions)
        for (const { fact, value } of device.put) {
          put.add(`${vendor.id} ${fact}`)
          if (tells(reading, value)) told.add(`${vendor.id} ${fact}`)
        }
      }
    }
    const untold = [...put].filter((name) => !told.has(name))
    const isLeft = (name: string): boolean => left.has(name) || left.has(name.split(' ', 2).join(' '))
    expect(untold.filter((name) => !isLeft(name))).toEqual([])
    expect(told.size).toBeGreaterThan(220)
    // What is read by now is not left out.
    const isUntold = (name: string): boolean => untold.some((one) => one === name || one.startsWith(`${name} `))
    const counted = new Set([...put].flatMap((name) => [name, name.split(' ', 2).join(' ')]))
    expect([...left.keys()].filter((name) => counted.has(name) && !isUntold(name))).toEqual([])
  })

  it('say who they are by each object that tells it, where no other does', async () => {
    const vendors = asList(asRecord(JSON.parse(readFileSync(sheet, 'utf8'))).vendors)
    const left = asList(JSON.parse(readFileSync(join(KNOWLEDGE, 'unread.json'), 'utf8'))).map(
      ({ maker, fact }) => `${maker} identity ${fact}`,
    )
    const untold: string[] = []
    let told = 0
    for (const vendor of vendors) {
      for (const { fact, oid, confidence } of asList(vendor.identity)) {
        const [, field] = fields.find(([name]) => name.test(String(fact))) ?? []
        const rows = field === undefined || confidence === 'D' ? [] : strangerOf(vendor, String(oid), field)
        if (field === undefined || rows.length === 0) continue
        const { identity } = await readingOf(rows, instructions)
        const name = `${vendor.id} identity ${fact}`
        if (identity[field] === saying[field]) told++
        else if (!left.includes(name)) untold.push(`${name}: ${identity[field]}`)
      }
    }
    expect(untold).toEqual([])
    expect(told).toBeGreaterThan(35)
  })
})

/** What each field says; a 1284 id says the model within. */
const saying = {
  serial: 'PLX0012345',
  model: 'Plx-950',
  firmware: '7.04.11',
  assetNumber: 'A-471',
  hostName: 'plx-hall',
}

/** A device that tells nothing of itself but one object. */
function strangerOf(vendor: Fact, oid: string, field: keyof typeof saying): readonly Varbind[] {
  const match = asRecord(vendor.match)
  const [branch] = Array.isArray(match.sysObjectIdPrefixes) ? match.sysObjectIdPrefixes.map(String) : []
  if (branch === undefined || /[<{]/.test(oid)) return []
  const isId = /1284/.test(String(asList(vendor.identity).find((one) => one.oid === oid)?.fact))
  const said: readonly (readonly [string, Value])[] = [
    ['1.3.6.1.2.1.1.2.0', { type: 'oid', value: Oid.parse(`${branch}.7`) }],
    ['1.3.6.1.2.1.43.10.2.1.4.1.1', { type: 'counter32', value: 12 }],
    [oid, text(isId ? `MFG:Plx;CMD:PCL;MDL:${saying[field]};` : saying[field])],
  ]
  return said
    .map(([object, value]) => ({ oid: Oid.parse(object), value }))
    .sort((one, other) => one.oid.compare(other.oid))
}

/** What an identity fact is called, and the field it must become. */
const fields: readonly (readonly [RegExp, 'serial' | 'model' | 'firmware' | 'assetNumber' | 'hostName'])[] = [
  [/^(mps\.|barcode\.)?serial/, 'serial'],
  [/^(mps\.|barcode\.)?model|^ieee1284$/, 'model'],
  [/^firmware(\.system|\.2)?$|^firmware2$|^barcode\.version$/, 'firmware'],
  [/^asset$/, 'assetNumber'],
  [/^hostname$/, 'hostName'],
]

async function readingOf(rows: readonly Varbind[], instructions: Instructions): Promise<Reading> {
  const probed = await probe(new RecordedSession(rows), instructions)
  if (probed.kind !== 'printer') throw new Error(`${rows[0]?.oid.text} is not recognised`)
  const profile = identify(probed.answer, instructions)
  const observation = await collect(new RecordedSession(rows), profile)
  return normalise({ observation, profile, instructions, stamp: STAMP })
}

/** As a meter, one side of a check, or a part of a meter or check that names the answer it came from. */
function tells(reading: Reading, value: bigint): boolean {
  const { meters, checks, observation } = reading
  if (meters.some((meter) => meter.value === value)) return true
  if (checks.some(({ left, right }) => left === value || right === value)) return true
  return Object.values(observation).some((text) => text.endsWith(`|${value}`) || text.includes(hex(value)))
}

const hex = (value: bigint): string => value.toString(16).padStart(8, '0')

type Fact = Readonly<Record<string, unknown>>

/** One device: the standard's minimum, and every counter of the sheet that is rated A to C, each with a number of its own. */
function deviceOf(vendor: Fact, which: number): { readonly rows: readonly Varbind[]; readonly put: readonly Put[] } {
  const said = new Map<string, Value>()
  const put: Put[] = []
  let next = 100_003 + which * 7_919
  const number = (object: string, fact: string): void => {
    next += 1_013
    said.set(object, typed(next, which + put.length))
    put.push({ fact, value: BigInt(next) })
  }
  const match = asRecord(vendor.match)
  const [branch] = Array.isArray(match.sysObjectIdPrefixes) ? match.sysObjectIdPrefixes.map(String) : []
  if (branch === undefined) return { rows: [], put: [] }
  for (const [at, counter] of asList(vendor.counters).entries()) {
    if (!isOnModel(at, which)) continue
    if (counter.confidence === 'D' || String(counter.oid).includes('<cmd>')) continue
    if (counter.kind === 'tlv') putRecords(counter, { said, put, number: () => (next += 1_013) })
    else if (isTable(counter)) putTable(counter, { said, number, which })
    else if (counter.kind === 'get') number(instanceOf(counter.oid, which), String(counter.fact))
    if (
      typeof counter.labelOid === 'string' &&
      counter.kind === 'joinByLabel' &&
      typeof counter.valueOid !== 'string'
    ) {
      const [label] =
        Object.entries(asRecord(counter.labels)).find(([, meaning]) =>
          String(counter.fact).endsWith(`.${String(meaning)}`),
        ) ?? []
      if (label !== undefined) {
        said.set(counter.labelOid, text(label))
        number(String(counter.oid), String(counter.fact))
      }
    }
  }
  if (put.length === 0) return { rows: [], put }
  said.set('1.3.6.1.2.1.1.1.0', text('Made-up device'))
  said.set('1.3.6.1.2.1.1.2.0', { type: 'oid', value: Oid.parse(`${branch}.${which + 1}`) })
  said.set('1.3.6.1.2.1.43.10.2.1.3.1.1', { type: 'integer', value: 7 })
  said.set('1.3.6.1.2.1.43.10.2.1.4.1.1', { type: 'counter32', value: 9_999_999 })
  const rows = [...said].map(([object, value]): Varbind => ({ oid: Oid.parse(object), value }))
  return { rows: rows.sort((one, other) => one.oid.compare(other.oid)), put }
}

/** Models tell some and not others: one that leaves a counter out shows what would take its place. */
function isOnModel(at: number, which: number): boolean {
  if (which === 0 || which >= EACH - 2) return true
  return which < 4 ? (at + which) % 3 !== 0 : at % 3 === which % 3
}

interface Desk {
  readonly said: Map<string, Value>
  readonly number: (object: string, fact: string) => void
  readonly which: number
}

const isTable = ({ codeOid, labelOid, valueOid }: Fact): boolean =>
  typeof valueOid === 'string' && (typeof codeOid === 'string' || typeof labelOid === 'string')

/** Rows by code, or by label where the device has no codes (every second one), in an order of its own. */
function putTable(counter: Fact, { said, number, which }: Desk): void {
  const byCode = typeof counter.codeOid === 'string' && (which % 2 === 0 || typeof counter.labelOid !== 'string')
  const keys = Object.keys(asRecord(byCode ? counter.map : counter.labels))
  const key = String(byCode ? counter.codeOid : counter.labelOid)
  // Where the instance is the code, no row stands anywhere else.
  const isInstance = String(counter.oid).endsWith('<id>')
  const half = Math.floor(keys.length * 0.4)
  keys.forEach((each, at) => {
    // Codes of one meter often come in two blocks; the last two models have one of them each.
    if (which >= EACH - 2 && at < half === (which === EACH - 1)) return
    const row = isInstance ? each : String(keys.length - ((at + which * 3) % keys.length))
    const index = indexOf(counter, row)
    said.set(`${key}${index}`, byCode ? { type: 'integer', value: Number(each) } : text(each))
    if (typeof counter.unitOid === 'string') said.set(`${counter.unitOid}${index}`, { type: 'integer', value: 4 })
    number(`${counter.valueOid}${index}`, `${counter.fact} ${each}`)
  })
}

/** Tables with more than one arc of index, as the sheet writes them down. */
function indexOf(counter: Fact, row: string): string {
  const oid = String(counter.oid)
  if (oid.includes('<dev>')) return `.1.20.${row}`
  return asRecord(counter.categories)['1'] === undefined ? `.${row}` : `.8.4.${row}`
}

/** One octet string of records, each with a number of its own. */
function putRecords(
  counter: Fact,
  { said, put, number }: { said: Map<string, Value>; put: Put[]; number: () => number },
): void {
  const octets: number[] = []
  for (const tag of Object.keys(asRecord(counter.tags))) {
    const value = number()
    octets.push(Number.parseInt(tag, 16), 1, 4, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
    put.push({ fact: `${counter.fact} ${tag}`, value: BigInt(value) })
  }
  said.set(String(counter.oid), { type: 'octets', value: Uint8Array.from([...octets, 255]) })
}

/** One of the instances the sheet gives for a fact. */
function instanceOf(oid: unknown, which: number): string {
  if (!Array.isArray(oid)) return String(oid).replace('<cat>', '3').replace('<col>', '4')
  return String(oid[which % oid.length])
}

/** Agents write counts in any of these (RFC 2578). */
function typed(value: number, at: number): Value {
  const type = (['integer', 'counter32', 'gauge32', 'counter64'] as const)[at % 4] ?? 'integer'
  return type === 'counter64' ? { type, value: BigInt(value) } : { type, value }
}

function text(said: string): Value {
  return { type: 'octets', value: new TextEncoder().encode(said) }
}
