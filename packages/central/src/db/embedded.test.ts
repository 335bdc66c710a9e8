import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, it } from 'vitest'
import { openEmbedded } from './embedded.ts'

const made = mkdtempSync(join(tmpdir(), 'platen-embedded-'))
afterAll(() => rmSync(made, { recursive: true, force: true }))

describe('the embedded database in a folder', () => {
  it('is refused to a second opener, syncs every commit to disk, and is there again afterwards', async () => {
    const directory = join(made, 'database')
    const engine = await openEmbedded({ directory, template: null })
    await expect(openEmbedded({ directory, template: null })).rejects.toThrow('in use by process')
    await engine.exec('create table told (a int)')
    const before = await engine.syncs()
    for (let place = 0; place < 10; place++) await engine.query('insert into told values ($1)', [place])
    expect((await engine.syncs()) - before).toBeGreaterThanOrEqual(10)
    await engine.close()
    const again = await openEmbedded({ directory, template: null })
    expect(await again.query('select count(*)::int as n from told', [])).toEqual([{ n: 10 }])
    await again.close()
    // A database is made twice over on a disk that syncs: slow where the machine has other work.
  }, 120_000)

  it('undoes a transaction that failed and goes on with the next', async () => {
    const engine = await openEmbedded({ directory: null, template: null })
    await engine.exec('create table told (a int unique)')
    const start = { prelude: `set local statement_timeout = '5s'`, repeated: false }
    const insert = (value: number) =>
      engine.transaction(start, (on) => on.query('insert into told values ($1)', [value]))
    await insert(1)
    await expect(insert(1)).rejects.toMatchObject({ code: '23505' })
    await Promise.all([2, 3, 4].map(insert))
    expect(await engine.query('select count(*)::int as n from told', [])).toEqual([{ n: 4 }])
    await engine.close()
    await expect(engine.query('select 1', [])).rejects.toThrow()
  })

  it('answers every question by why when its thread has died, also those asked later, and says so once', async () => {
    // Stands for a thread that the system or a bug ended: it opens, and dies at the first statement.
    const dying = `const { parentPort } = require('node:worker_threads')
      parentPort.postMessage({ id: 0, ok: true, rows: [] })
      parentPort.on('message', () => { throw new Error('out of memory') })`
    const lost: string[] = []
    const engine = await openEmbedded(
      { directory: null, template: null },
      { startThread: () => new Worker(dying, { eval: true }), onLost: (reason) => lost.push(reason) },
    )
    const start = { prelude: 'select 1', repeated: false }
    await expect(engine.transaction(start, async () => 1)).rejects.toThrow('out of memory')
    await expect(engine.query('select 1', [])).rejects.toThrow('the embedded database has failed: out of memory')
    await expect(engine.transaction(start, async () => 1)).rejects.toThrow('out of memory')
    expect(lost).toEqual(['the embedded database has failed: out of memory'])
  })

  it('says nothing when it is closed', async () => {
    const lost: string[] = []
    const engine = await openEmbedded({ directory: null, template: null }, { onLost: (reason) => lost.push(reason) })
    await engine.close()
    await expect(engine.query('select 1', [])).rejects.toThrow()
    expect(lost).toEqual([])
  })
})
