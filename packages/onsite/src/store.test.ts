import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase } from './database.ts'
import { Ledger } from './ledger.ts'
import { KEPT_AFTER_RECEIPT_MS, Outbox } from './outbox.ts'
import { Store } from './store.ts'

const folders: string[] = []
const closers: (() => void)[] = []

afterEach(() => {
  for (const close of closers.splice(0)) close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'platen-store-'))
  folders.push(made)
  return made
}

function open(at: string, cap?: number) {
  const opened = openDatabase(at, 'work')
  if (!opened.ok) throw new Error(opened.reason)
  closers.push(opened.database.close)
  const { sqlite, reserve } = opened.database
  const store = new Store(sqlite)
  const ledger = new Ledger(sqlite, store)
  const outbox = new Outbox({ sqlite, store, ledger, cap })
  return { sqlite, reserve, store, outbox, ledger, close: opened.database.close }
}

/** An envelope as the outbox sees it: bytes with a name. */
function sealed(text: string) {
  return { bytes: Buffer.from(text), hash: createHash('sha256').update(text).digest('hex') }
}

function filled(at: string, cap?: number) {
  const made = open(at, cap)
  made.outbox.startEpoch('0a'.repeat(16))
  const put = (text: string) =>
    made.outbox.append({
      kind: 'readings',
      at: '2026-01-01T00:00:00.000Z',
      count: 2,
      seal: async () => sealed(text),
    })
  return { ...made, put }
}

describe('the encrypted database', () => {
  it('refuses a second worker, a foreign key, a lost key and a key that others may read, each by name', () => {
    const at = folder()
    const { close } = open(at)
    expect(openDatabase(at, 'work')).toMatchObject({ ok: false, reason: 'locked' })
    const beside = openDatabase(at, 'look')
    if (beside.ok) beside.database.close()
    expect(beside.ok).toBe(true)
    close()
    chmodSync(join(at, 'state.key'), 0o644)
    expect(openDatabase(at, 'work')).toMatchObject({ reason: 'keyTooOpen' })
    rmSync(join(at, 'state.key'))
    expect(openDatabase(at, 'work')).toMatchObject({ reason: 'keyMissing' })
    // A key of the right form that is not this database's.
    writeFileSync(join(at, 'state.key'), `${'5e'.repeat(32)}\n`, { mode: 0o600 })
    expect(openDatabase(at, 'work')).toMatchObject({ reason: 'wrongKey' })
  })
  it('brings the tables of an older version up to date, and not beside a worker', () => {
    const at = folder()
    const { sqlite, store, ledger, close } = open(at)
    sqlite.exec(`DROP TABLE known_rows; ALTER TABLE device DROP COLUMN version;
      ALTER TABLE device DROP COLUMN credential; ALTER TABLE device ADD COLUMN community INTEGER NOT NULL DEFAULT 0; DROP INDEX outbox_waiting; ALTER TABLE outbox DROP COLUMN later;
      CREATE INDEX outbox_waiting ON outbox (n, size, count, kind, at) WHERE fate IS NULL; PRAGMA user_version = 1`)
    sqlite.exec(`INSERT INTO device VALUES ('10.0.0.1', NULL, 'M', 'S', 'p', '12', 'now', 0, 1)`)
    expect(store.devices()).toMatchObject([{ version: 'v2c', credential: '' }])
    const beside = openDatabase(at, 'look')
    if (!beside.ok) throw new Error(beside.reason)
    expect(beside.database.sqlite.pragma('user_version', { simple: true })).toBe(1)
    beside.database.close()
    ledger.add('now', 'round', {})
    sqlite.exec(`DELETE FROM fact WHERE name = 'ledgerHead'`)
    expect(ledger.firstBroken()).toBe(null)
    close()
    const again = open(at)
    again.sqlite.exec('DELETE FROM ledger')
    expect(again.ledger.firstBroken()).toBe(1)
    expect(again.store.devices()).toMatchObject([{ version: 'v2c', credential: '' }])
    const [device] = again.store.devices()
    if (device !== undefined) again.store.saw([{ ...device, version: 'v1' }])
    expect(again.store.device('10.0.0.1')).toMatchObject({ version: 'v1' })
  })
  it('leaves nothing readable on the disk, and makes its key for the owner alone', async () => {
    const at = folder()
    const { store, put } = filled(at)
    store.set('serverTime', 'CANARY-7c1f')
    await put('CANARY-7c1f')
    for (const name of readdirSync(at)) expect(readFileSync(join(at, name)).includes('CANARY-7c1f')).toBe(false)
    expect(readdirSync(at)).toContain('state.db-wal')
    expect(statSync(join(at, 'state.key')).mode & 0o777).toBe(0o600)
  })
})

describe('the reserve', () => {
  it('is set aside for the owner alone, given up once, and set aside again when there is room', () => {
    const at = folder()
    const { sqlite, reserve } = open(at)
    const path = join(at, 'state.reserve')
    const limits = () => [
      sqlite.pragma('max_page_count', { simple: true }),
      sqlite.pragma('wal_autocheckpoint', { simple: true }),
    ]
    const usual = limits()
    expect(statSync(path).size).toBe(1024 * 1024)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(reserve?.spend()).toBe(true)
    const pages = Number(sqlite.pragma('page_count', { simple: true }))
    // What is given up must not be eaten up by the tables, nor by a log that is never rewound.
    expect(limits()).toEqual([pages + 64, 32])
    expect(reserve?.spend()).toBe(false)
    expect(limits()).toEqual([pages + 64, 32])
    expect(reserve?.keep()).toBe(true)
    expect(limits()).toEqual(usual)
    expect(statSync(path).size).toBe(1024 * 1024)
  })
  it('is no matter of who only looks', () => {
    const at = folder()
    open(at)
    const beside = openDatabase(at, 'look')
    if (!beside.ok) throw new Error(beside.reason)
    expect(beside.database.reserve).toBe(null)
    beside.database.close()
  })
})

describe('the outbox', () => {
  it('counts a receipt only for the very bytes it holds', async () => {
    const { outbox, put } = filled(folder())
    await put('one')
    const [waiting] = outbox.next()
    const receipt = { epoch: '0a'.repeat(16), seq: 1, hash: 'f'.repeat(64), fate: 'kept' as const }
    expect(outbox.settle([receipt], 0)).toMatchObject({ settled: 0, unknown: [receipt] })
    expect(outbox.settle([{ ...receipt, hash: waiting?.hash ?? '', seq: 2 }], 0)).toMatchObject({ settled: 0 })
    expect(outbox.waiting()).toMatchObject({ envelopes: 1, readings: 2 })
    expect(outbox.settle([{ ...receipt, hash: waiting?.hash ?? '' }], 0)).toMatchObject({ settled: 1 })
    expect(outbox.settle([{ ...receipt, hash: waiting?.hash ?? '' }], 0)).toMatchObject({ settled: 0, unknown: [] })
    expect(outbox.next()).toEqual([])
  })
  it('numbers without gaps and chains by hash, however many append at once and whatever fails in between', async () => {
    const { outbox, put } = filled(folder())
    const places: unknown[] = []
    const failing = outbox.append({
      kind: 'readings',
      at: '',
      count: 1,
      seal: () => Promise.reject(new Error('no dice')),
    })
    const noting = outbox.append({
      kind: 'readings',
      at: '2026-01-01T00:00:00.000Z',
      count: 1,
      seal: async (place) => {
        places.push(place)
        return sealed('noted')
      },
    })
    await Promise.all([put('a'), put('b'), noting, expect(failing).rejects.toThrow('no dice')])
    expect(outbox.next().map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(places).toEqual([{ epoch: '0a'.repeat(16), seq: 1, previous: null }])
    expect(outbox.next()[0]?.hash).toBe(sealed('noted').hash)
  })
  it('drops the oldest unsent envelope only at the cap, and says so', async () => {
    const { outbox, ledger, put } = filled(folder(), 10)
    expect(await put('12345')).toMatchObject({ ok: true, dropped: 0 })
    expect(await put('67890')).toMatchObject({ ok: true, dropped: 0 })
    expect(await put('abc')).toMatchObject({ ok: true, dropped: 1 })
    expect(outbox.next().map(({ seq }) => seq)).toEqual([2, 3])
    expect(await put('0123456789')).toMatchObject({ ok: true, dropped: 2 })
    // What the customer's list says is gone, and nothing else, is gone.
    expect(ledger.last(9).map(({ what, detail }) => [what, JSON.parse(detail)])).toEqual([
      ['dropped', { envelopes: 2, readings: 4, range: '0a0a0a0a:2-0a0a0a0a:3' }],
      ['dropped', { envelopes: 1, readings: 2, range: '0a0a0a0a:1-0a0a0a0a:1' }],
    ])
    expect(ledger.firstBroken()).toBe(null)
  })
  it('answers a full disk with a reason and goes on when there is room again', async () => {
    const { sqlite, outbox, put } = filled(folder())
    const pages = Number(sqlite.pragma('page_count', { simple: true }))
    sqlite.pragma(`max_page_count = ${pages}`)
    expect(await put('x'.repeat(100_000))).toMatchObject({ ok: false, reason: 'diskFull' })
    sqlite.pragma('max_page_count = 1000000')
    expect(await put('y')).toMatchObject({ ok: true, seq: 1 })
    expect(outbox.waiting().envelopes).toBe(1)
  })
  it('keeps delivered envelopes for 14 days after the receipt', async () => {
    const { outbox, put } = filled(folder())
    await put('one')
    const [waiting] = outbox.next()
    outbox.settle([{ epoch: '0a'.repeat(16), seq: 1, hash: waiting?.hash ?? '', fate: 'known' }], 1000)
    expect(outbox.prune(1000 + KEPT_AFTER_RECEIPT_MS)).toBe(0)
    expect(outbox.prune(1001 + KEPT_AFTER_RECEIPT_MS)).toBe(1)
  })
  it('gives room back to the disk that delivered envelopes took, a part at each prune, and keeps some for what comes next', {
    timeout: 60_000,
  }, async () => {
    const { sqlite, outbox, put } = filled(folder())
    const pages = () => Number(sqlite.pragma('page_count', { simple: true }))
    for (let n = 0; n < 80; n += 1) await put(`${n}`.padEnd(400_000, 'x'))
    const full = pages()
    const late = 1001 + KEPT_AFTER_RECEIPT_MS
    while (outbox.waiting().envelopes > 0)
      outbox.settle(
        outbox.next(80).map(({ epoch, seq, hash }) => ({ epoch, seq, hash, fate: 'kept' as const })),
        1000,
      )
    expect(outbox.prune(late)).toBe(80)
    // 32 MB were taken, 16 stay, and no more than 8 go at once.
    const once = pages()
    expect(full - once).toBeLessThanOrEqual(2048 + 16)
    for (let n = 0; n < 5; n += 1) outbox.prune(late)
    expect(pages()).toBeLessThan(once)
    expect(Number(sqlite.pragma('freelist_count', { simple: true }))).toBe(4096)
    expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok')
  })
  it('survives being closed and opened', async () => {
    const at = folder()
    const first = filled(at)
    await first.put('one')
    first.close()
    const again = open(at)
    expect(again.outbox.next().map(({ seq }) => seq)).toEqual([1])
    expect(again.store.get('chain')).toMatchObject({ seq: 1, previous: sealed('one').hash })
  })
})

describe('facts that a full disk has not taken', () => {
  it('hold until it does, go with the next write, and give way to what a commit says since', () => {
    const { sqlite, store } = open(folder())
    store.set('serverTime', 'old')
    const limit = (pages: number) => sqlite.pragma(`max_page_count = ${pages}`)
    limit(Number(sqlite.pragma('page_count', { simple: true })))
    const long = (letter: string) => letter.repeat(20_000)
    expect(store.set('serverTime', long('a'))).toMatchObject({ reason: 'diskFull' })
    expect(store.set('problems', [long('b')])).toMatchObject({ reason: 'diskFull' })
    expect(store.get('serverTime')).toBe(long('a'))
    const committed = () =>
      store.attempt(() => {
        store.set('serverTime', 'committed')
        expect(store.get('serverTime')).toBe('committed')
        store.set('problems', [long('c')])
      })
    // Undone as a whole: what held before holds.
    expect(committed()).toMatchObject({ reason: 'diskFull' })
    expect(store.get('serverTime')).toBe(long('a'))
    limit(1_000_000)
    expect(committed()).toBe(null)
    expect(store.forget('pending')).toBe(null)
    expect([store.get('serverTime'), store.get('problems')]).toEqual(['committed', [long('c')]])
    expect(new Store(sqlite).get('serverTime')).toBe('committed')
  })
})

describe('the memory of printers', () => {
  it('forgets a printer only after it was missed so many rounds in a row', () => {
    const { store } = open(folder())
    const device = {
      address: '10.0.0.1',
      vendor: null,
      model: 'M',
      serial: 'S',
      profile: 'p',
      credential: 'c',
      version: 'v2c' as const,
      life: '12',
      seen: 'now',
    }
    store.saw([device])
    store.missed('10.0.0.1', 2)
    store.saw([device])
    store.missed('10.0.0.1', 2)
    expect(store.device('10.0.0.1')).toMatchObject({ failures: 1 })
    store.missed('10.0.0.1', 2)
    expect(store.devices()).toEqual([])
  })
  it('tells each problem once and not without end', () => {
    const { store } = open(folder())
    for (let n = 0; n < 200; n += 1) store.report(`problem ${n % 100}`)
    expect(store.get('problems')).toHaveLength(50)
  })
})

describe('the ledger', () => {
  it('notices a changed, a removed and an inserted line', () => {
    const tamper = (sql: string) => {
      const { sqlite, ledger } = open(folder())
      for (let n = 1; n <= 5; n += 1) ledger.add('now', 'round', { asked: n })
      expect(ledger.firstBroken()).toBe(null)
      sqlite.exec(sql)
      return ledger.firstBroken()
    }
    expect(tamper(`UPDATE ledger SET detail = '{"asked":9}' WHERE n = 3`)).toBe(3)
    expect(tamper('DELETE FROM ledger WHERE n = 2')).toBe(3)
    expect(tamper(`UPDATE ledger SET n = n + 10 WHERE n > 4`)).toBe(15)
  })
  it('notices that the newest lines are missing, all of them too, and that the last is another', () => {
    const tamper = (...args: readonly string[]) => {
      const { sqlite, ledger } = open(folder())
      for (let n = 1; n <= 5; n += 1) ledger.add('now', 'round', { asked: n })
      for (const sql of args) sqlite.exec(sql)
      return ledger.firstBroken()
    }
    expect(tamper('DELETE FROM ledger WHERE n > 3')).toBe(4)
    expect(tamper('DELETE FROM ledger')).toBe(1)
    const other = open(folder())
    for (let n = 1; n <= 5; n += 1) other.ledger.add('now', 'round', { asked: n === 5 ? 9 : n })
    const [last] = other.ledger.last(1)
    expect(tamper(`UPDATE ledger SET detail = '${last?.detail}', hash = '${last?.hash}' WHERE n = 5`)).toBe(5)
    other.sqlite.exec(`DELETE FROM ledger WHERE n > 3`)
    expect(other.ledger.firstBroken()).toBe(4)
    // What is written afterwards does not heal it.
    other.ledger.add('now', 'round', { asked: 6 })
    expect(other.ledger.firstBroken()).toBe(6)
  })
})
