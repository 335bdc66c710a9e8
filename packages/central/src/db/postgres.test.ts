import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { testEngines } from '../testing/engines.ts'
import type { Database } from './database.ts'

const [, postgres] = testEngines()
if (postgres === undefined) throw new Error('PostgreSQL is one of the engines')
const pidRow = z.object({ pid: z.int() })

describe(`a connection that is lost, on ${postgres.name}`, () => {
  let database: Database

  beforeAll(async () => {
    if (!postgres.missing) database = await postgres.open()
  })
  afterAll(async () => {
    await database?.close()
    await postgres.stop()
  })

  const test = it.skipIf(postgres.missing)
  const terminate = (pid: number) => database.engine.query('select pg_terminate_backend($1, 5000)', [pid])
  const pidOf = async (queries: Parameters<Parameters<Database['as']>[1]>[0]): Promise<number> =>
    (await queries.row(pidRow, 'select pg_backend_pid() as pid'))?.pid ?? 0
  const works = async (): Promise<void> => {
    for (let place = 0; place < 12; place++)
      expect(await database.as({ role: 'door' }, (queries) => pidOf(queries))).toBeGreaterThan(0)
  }

  test('fails its transaction and nothing else, when it is lost between two statements', async () => {
    const lost = database.as({ role: 'migrate' }, async (queries) => {
      await queries.run('create table half_way (a int)')
      const pid = await pidOf(queries)
      await terminate(pid)
      // The end of the connection reaches this process as an event of its own, before anything is asked again.
      await new Promise((resolve) => setTimeout(resolve, 100))
      return await pidOf(queries)
    })
    await expect(lost).rejects.toThrow()
    await works()
    const seen = await database.engine.query(`select to_regclass('platen.half_way') is null as gone`, [])
    expect(seen).toEqual([{ gone: true }])
  })

  test('fails its transaction and nothing else, when it is lost during a statement', async () => {
    let pid = 0
    const lost = database.as({ role: 'door' }, async (queries) => {
      pid = await pidOf(queries)
      await queries.run('select pg_sleep(30)')
    })
    const refused = expect(lost).rejects.toThrow()
    await expect.poll(() => pid).toBeGreaterThan(0)
    await terminate(pid)
    await refused
    await works()
  })
})
