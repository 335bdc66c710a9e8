import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { testEngines } from '../testing/engines.ts'
import { makeReading, newProvider, Rig } from '../testing/rig.ts'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'

const counts = z.object({ n: z.int() })
const named = z.object({ name: z.string() })
const doors = ['login', 'session', 'onsite_door', 'enrolment']
/** What belongs to no tenant and is no secret. */
const shared = ['instructions']

describe.each(testEngines())('rights in $name', (engine) => {
  let database: Database
  let rig: Rig

  beforeAll(async () => {
    if (engine.missing) return
    database = await engine.open()
    rig = await Rig.start(database)
    await newProvider(rig.central, 'otto@other.example', 'Other provider')
    const onsite = await rig.onsite()
    await onsite.report(makeReading({ at: '2026-11-16T09:00:00.000Z' }))
  })
  afterAll(async () => {
    await rig?.stop()
    await engine.stop()
  })

  const test = it.skipIf(engine.missing)
  const tables = async (): Promise<readonly string[]> => {
    const sql = `select relname::text as name from pg_class
      where relnamespace = 'platen'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'migration'`
    return (await database.as({ role: 'migrate' }, (queries) => queries.rows(named, sql))).map(({ name }) => name)
  }

  test('every table is guarded by rows, its owner included', async () => {
    const sql = `select relname::text as name from pg_class where relnamespace = 'platen'::regnamespace
      and relkind in ('r', 'p') and not relispartition and relname <> 'migration'
      and not (relrowsecurity and relforcerowsecurity)`
    expect(await database.as({ role: 'migrate' }, (queries) => queries.rows(named, sql))).toEqual([])
    expect((await tables()).length).toBe(24)
  })

  test('without a tenant, and with another, no table answers anything', async () => {
    for (const role of ['web', 'intake', 'reread'] as const) {
      for (const tenant of [0n, 999n, BigInt(rig.me.tenant.id) + 1n]) {
        for (const table of (await tables()).filter((name) => ![...doors, ...shared].includes(name))) {
          const seen = database.as({ role, tenant }, (queries) =>
            queries.row(counts, `select count(*)::int as n from ${table} where tenant_id = $1`, [
              BigInt(rig.me.tenant.id),
            ]),
          )
          const answer = await seen.then(
            (row) => row?.n,
            (error: unknown) => String(error),
          )
          expect(answer === 0 || /permission denied/.test(String(answer)), `${role} ${table}: ${answer}`).toBe(true)
        }
      }
    }
  })

  test('a statement that forgets its tenant stays inside it', async () => {
    const sql = 'select count(*)::int as n from place'
    const [mine, all] = [
      await database.as({ role: 'web', tenant: BigInt(rig.me.tenant.id) }, (queries) => queries.row(counts, sql)),
      await database.as({ role: 'migrate' }, (queries) => queries.row(counts, sql)),
    ]
    expect(mine?.n).toBe(3)
    expect(all?.n).toBe(4)
  })

  test('nobody writes into another tenant', async () => {
    const tenant = BigInt(rig.me.tenant.id)
    const write = database.as({ role: 'web', tenant: tenant + 1n }, (queries) =>
      queries.run(
        `insert into place (tenant_id, kind, name, plain, path, customer_id, parent_id, created_at)
         values ($1, 'customer', 'x', 'x', '/x/', 1, 1, now())`,
        [tenant],
      ),
    )
    await expect(write).rejects.toThrow(/row-level security/)
  })

  test('each role may do its own work and nothing else', async () => {
    const tenant = BigInt(rig.me.tenant.id)
    const refused = (acting: Parameters<Database['as']>[0], sql: string) =>
      expect(
        database.as(acting, (queries) => queries.run(sql)),
        `${acting.role}: ${sql}`,
      ).rejects.toThrow(/permission denied|must be owner/)
    for (const sql of [
      'select * from login',
      'select * from session',
      'select * from enrolment',
      'delete from reading',
      'update reading set at = at',
      'delete from device',
    ])
      await refused({ role: 'web', tenant }, sql)
    for (const sql of [
      'select * from person',
      'select * from login',
      'select * from enrolment',
      'delete from reading',
      'update reading set at = at',
      'update receipt set fate = fate',
      'delete from envelope',
      'insert into onsite_door (onsite_id, tenant_id, state) values (1, 1, 1)',
      'drop table reading',
    ])
      await refused({ role: 'intake', tenant }, sql)
    for (const sql of [
      'select * from person',
      'select * from login',
      'select * from onsite',
      'delete from reading',
      'update reading set at = at',
      'update envelope set kept = kept',
      'update reread set at = at',
      'delete from reread',
      'insert into instructions select * from instructions',
    ])
      await refused({ role: 'reread', tenant }, sql)
    for (const sql of ['update instructions set version = version', 'delete from instructions'])
      await refused({ role: 'web', tenant }, sql)
    for (const sql of [
      'select * from reading',
      'select * from device',
      'select * from person',
      'insert into login select * from login',
    ])
      await refused({ role: 'door' }, sql)
  })

  test('both engines hand out the same types', async () => {
    const row = z.object({
      big: z.bigint(),
      bigs: z.array(z.bigint()),
      none: z.array(z.bigint()),
      floats: z.array(z.number()),
      at: z.date(),
      bytes: z.instanceof(Uint8Array),
      json: z.object({ a: z.number() }),
      words: z.array(z.string()).nullable(),
      day: z.string(),
    })
    const sql = `select $1::int8 as big, array[1, 9007199254740993]::int8[] as bigs, '{}'::int8[] as none, '{1.5,-3}'::float8[] as floats,
      $2::timestamptz as at, $3::bytea as bytes, $4::jsonb as json, $5::text[] as words, '2026-11-16'::date as day`
    const given = [
      2n ** 53n + 1n,
      new Date('2026-11-16T10:00:00.123Z'),
      Uint8Array.of(0, 255),
      '{"a":1}',
      ['ä', 'b,"c\\'],
    ] as const
    const said = await database.as({ role: 'door' }, (queries) => queries.row(row, sql, [...given]))
    expect(said).toMatchObject({
      big: 2n ** 53n + 1n,
      bigs: [1n, 9007199254740993n],
      none: [],
      floats: [1.5, -3],
      json: { a: 1 },
      words: ['ä', 'b,"c\\'],
      day: '2026-11-16',
    })
    expect(said?.at.toISOString()).toBe('2026-11-16T10:00:00.123Z')
    expect([...(said?.bytes ?? [])]).toEqual([0, 255])
  })

  test('migrations run once, and one that was changed afterwards is refused', async () => {
    expect(await migrate(database)).toEqual([])
    await database.as({ role: 'migrate' }, (queries) =>
      queries.run(`update migration set hash = 'other' where number = 3`),
    )
    await expect(migrate(database)).rejects.toThrow('0003_fleet.sql was changed')
  })

  test('an older Central does not start on the database of a newer one, and says so', async () => {
    const newer = `insert into migration (number, name, hash) values (9999, '9999_tomorrow.sql', 'x')`
    await database.as({ role: 'migrate' }, (queries) => queries.run(newer))
    await expect(migrate(database)).rejects.toThrow('newer Central, which applied 9999_tomorrow.sql')
  })
})
