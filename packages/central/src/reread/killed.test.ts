/** The command that interprets kept readings again, killed wherever it stands: each reading is wholly as it was or wholly as it is to be. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Instructions, normalise, observationOf, parseInstructions } from '@platen/collector/interpret'
import type { Reading } from '@platen/model'
import { makeInstructionKey, signBundle } from '@platen/wire'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { hasPostgres, startPostgres } from '../../../../e2e/peers/postgres.ts'
import { migrate } from '../db/migrate.ts'
import { openDatabase } from '../db/open.ts'
import { makeReading, Rig } from '../testing/rig.ts'

const program = fileURLToPath(new URL('../main.ts', import.meta.url))
const knowledge = resolve(import.meta.dirname, '../../../../knowledge/instructions.gen.json')
const key = makeInstructionKey()
const count = '1.3.6.1.2.1.43.10.2.1.4.1.1'
const [devices, readingsEach, kills] = [30, 60, 4]

/** The repository's instructions; the mistaken ones count every sheet twice. */
function made(version: string, value: object): Instructions {
  const json: Instructions = JSON.parse(readFileSync(knowledge, 'utf8'))
  const profiles = json.profiles.map((profile) => {
    const [first, ...rest] = profile.meters
    return profile.profile === 'standard' ? { ...profile, meters: [{ ...first, ...value }, ...rest] } : profile
  })
  const parsed = parseInstructions({ ...json, version, profiles })
  if (!parsed.ok) throw new Error(parsed.problems.join())
  return parsed.instructions
}

const wrong = made('1.0.0', { value: { sum: [{ column: 'life' }, { column: 'life' }] } })
const right = made('2.0.0', {})

function readBy(instructions: Instructions, serial: string, minute: number): Reading {
  const profile = instructions.profiles.find((one) => one.profile === 'standard')
  if (profile === undefined) throw new Error('there is always a standard profile')
  const at = new Date(Date.parse('2026-11-12T00:00:00.000Z') + minute * 60_000).toISOString()
  const plain = makeReading({ at, mac: null, serial })
  const { id, monotonic, address } = plain
  const observation = observationOf({ '1.3.6.1.2.1.43.10.2.1.3.1.1': '2|7', [count]: `65|${5000 + minute}` })
  const read = normalise({ observation, profile, instructions, stamp: { id, at, monotonic, address } })
  const { meters, checks, misses } = read
  return { ...plain, meters, checks, misses, instructions: instructions.version, observation: read.observation }
}

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const log = pino({ level: 'silent' })
type Place = { readonly url: string } | { readonly directory: string }

async function fill(place: Place): Promise<void> {
  const database = await openDatabase({ ...place, log })
  await migrate(database)
  const rig = await Rig.start(database)
  for (const one of [wrong, right])
    await rig.central.addInstructions(signBundle(JSON.stringify(one), key.privatePem), key.publicPem)
  const onsite = await rig.onsite()
  for (let device = 0; device < devices; device++)
    await onsite.report(...Array.from({ length: readingsEach }, (_, minute) => readBy(wrong, `SN-${device}`, minute)))
  await rig.stop()
}

const fateRow = z.object({ kept: z.int(), changed: z.int(), broken: z.int(), twice: z.int() })

/** Rows that are as they were, rows that are changed and noted, rows that are neither, and rows noted more than once. */
async function fates(place: Place): Promise<z.output<typeof fateRow>> {
  const database = await openDatabase({ ...place, log })
  try {
    const all = `select l.instructions, r.meters[1] as now, x.before_meters[1] as before, x.after_meters[1] as after
      from reading r join meter_layout l using (tenant_id, layout_id) left join reread x using (tenant_id, device_id, at)`
    const isKept = `instructions = '1.0.0' and before is null`
    const isChanged = `instructions = '2.0.0' and before = 2 * now and after = now`
    const sql = `select count(*) filter (where ${isKept})::int as kept, count(*) filter (where ${isChanged})::int as changed,
        count(*) filter (where not coalesce((${isKept}) or (${isChanged}), false))::int as broken,
        (select count(*)::int from (select from reread group by tenant_id, device_id, at having count(*) > 1) y) as twice
      from (${all}) z`
    const row = await database.as({ role: 'migrate' }, (queries) => queries.row(fateRow, sql))
    if (row === null) throw new Error('counting answers a row')
    return row
  } finally {
    await database.close()
  }
}

async function surviveKills(place: Place, own: Readonly<Record<string, string>>): Promise<void> {
  await fill(place)
  const rows = devices * readingsEach
  expect(await fates(place)).toEqual({ kept: rows, changed: 0, broken: 0, twice: 0 })
  const words = [program, 'reread', '--since', '2026-11-10', '--to', '2.0.0', '--apply']
  const begin = () => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...own } })
    ends.push(() => child.kill('SIGKILL'))
    return child
  }
  let between = 0
  for (let time = 0; time < kills; time++) {
    const child = begin()
    const gone = once(child, 'exit')
    // What it says first is that it has changed some; the rest takes it a second or two.
    await Promise.race([once(child.stdout, 'data'), gone])
    await wait(time * 25)
    if (child.exitCode === null) child.kill('SIGKILL')
    await gone
    const found = await fates(place)
    expect(found).toMatchObject({ broken: 0, twice: 0 })
    if (found.kept > 0 && found.changed > 0) between += 1
  }
  expect(between).toBeGreaterThan(0)
  const last = begin()
  const [code] = await once(last, 'exit')
  expect(code).toBe(0)
  expect(await fates(place)).toEqual({ kept: 0, changed: rows, broken: 0, twice: 0 })
}

describe('reading again, killed over and over', () => {
  it('goes on where it was and changes each reading once, in the embedded database', async () => {
    const data = mkdtempSync(join(tmpdir(), 'platen-reread-'))
    ends.push(() => rmSync(data, { recursive: true, force: true }))
    await surviveKills({ directory: join(data, 'database') }, { PLATEN_DATA: data })
  }, 300_000)

  it.skipIf(!hasPostgres)(
    'goes on where it was and changes each reading once, in PostgreSQL',
    async () => {
      const postgres = await startPostgres()
      const data = mkdtempSync(join(tmpdir(), 'platen-reread-'))
      ends.push(() => rmSync(data, { recursive: true, force: true }), postgres.stop)
      await surviveKills({ url: postgres.url }, { PLATEN_DATA: data, DATABASE_URL: postgres.url })
    },
    300_000,
  )
})
