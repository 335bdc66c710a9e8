/**
 * What an Onsite remembers: who it is, Central's keys, the settings, and the last values of every printer it knows. No history: readings
 * are sealed to Central at once and only their envelopes stay (outbox.ts).
 */
import { type KnownRows, parseKnownRows } from '@platen/collector'
import { settingsSchema } from '@platen/wire'
import type Database from 'better-sqlite3-multiple-ciphers'
import { z } from 'zod'
import { attempted, type DatabaseFault } from './database.ts'
import type { Reserve } from './reserve.ts'

const hex = z.string().regex(/^([0-9a-f]{2})+$/)
const keyPair = z.object({ publicKey: hex, privateKey: hex })

/** What each thing that is remembered looks like. */
export const factSchemas = {
  /** This Onsite and its keys, born here; the private parts leave the machine never. */
  identity: z.object({ onsiteId: z.string(), name: z.string(), email: z.string(), signing: keyPair, sealing: keyPair }),
  /** Keys of an enrolment under way: a lost answer is asked for again with the same ones. */
  pending: z.object({ email: z.string(), signing: keyPair, sealing: keyPair, nonce: z.string() }),
  /** Central: its channel key as pinned at enrolment, and the key to seal to. */
  central: z.object({ channelKey: hex, sealing: z.object({ id: hex, publicKey: hex }) }),
  settings: settingsSchema,
  /** Where the chain of envelopes ends. `epoch` is born with the database. */
  chain: z.object({ epoch: hex, seq: z.int(), previous: hex.nullable() }),
  /** The newest time Central signed, as a floor under a wrong clock. */
  serverTime: z.string(),
  round: z.object({
    startedAt: z.string(),
    endedAt: z.string(),
    asked: z.int(),
    printers: z.int(),
    others: z.int(),
    silent: z.int(),
    failed: z.int(),
  }),
  /** Password of the local page. */
  page: z.object({ salt: hex, hash: hex }),
  /** When the last round that asked everybody in scope began. */
  inventory: z.string(),
  /** The newest closing of a period, and the printers not read for it yet. */
  closing: z.object({ at: z.string(), open: z.array(z.string()) }),
  /** Hashes of the lists the ledger holds that its lines refer to, the newest last. */
  ledgerLists: z.array(hex),
  delivery: z.object({ at: z.string(), ok: z.boolean(), reason: z.string(), detail: z.string(), failures: z.int() }),
  /** Number and hash of the ledger's last line. */
  ledgerHead: z.object({ n: z.int(), hash: z.string() }),
  /** How many envelopes the next delivery may hold; `tooMany` did not get through lately, 0 if nothing is known. */
  pace: z.object({ most: z.int().min(1), tooMany: z.int().min(0) }),
  /** Our own SNMPv3 engine, which informs are signed for; its boots never go back. */
  engine: z.object({ id: hex, boots: z.int() }),
  /** Whether traps are heard, by the port it is tried on; `code` is the system's word for why not. */
  traps: z.object({ state: z.enum(['starting', 'listening', 'deaf']), port: z.int(), code: z.string() }),
  /** Instructions from Central: the highest version that ever was in force, the one on trial with its rounds without a meter, what was refused last. */
  instructions: z.object({
    highest: z.string().nullable(),
    trial: z.object({ version: z.string(), rounds: z.int() }).nullable(),
    refused: z
      .object({
        version: z.string(),
        hash: z.string(),
        reason: z.string(),
        detail: z.string(),
        at: z.string(),
        program: z.string(),
      })
      .nullable(),
  }),
  /** Addresses that take no SNMPv3 user of ours, with the rounds in a row. */
  refusals: z.record(z.string(), z.int()),
  /** Things Central should hear with the next contact. */
  problems: z.array(z.string()),
} as const

type Facts = { readonly [Name in keyof typeof factSchemas]: z.infer<(typeof factSchemas)[Name]> }

/** One named thing an Onsite remembers. */
export type FactName = keyof Facts
/** The value of a named thing. */
export type Fact<Name extends FactName> = Facts[Name]

/** The same schemas as a mapped type, in which a name chooses its own. */
const schemas: { readonly [Name in FactName]: z.ZodType<Fact<Name>> } = factSchemas

const deviceSchema = z.object({
  address: z.string(),
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  profile: z.string(),
  /** The credential it answered to, by the name that `access.ts` gives it; '' if that is not known. */
  credential: z.string().default(''),
  version: z.enum(['v1', 'v2c', 'v3']).default('v2c'),
  life: z.string().nullable(),
  seen: z.string(),
  failures: z.int(),
})

/** A printer met before: the last of what it said of itself, `life` its total meter in decimal, which credential and version it answered to, and how many rounds it has been missed since. */
export type KnownDevice = z.infer<typeof deviceSchema>

/** Misses in a row of a printer of which nothing is known any more but to which user it answered. */
const RESTING = 1_000_000

/** A printer that was read. `rows` is what is known of its rows now, null if nothing, not there if that is unchanged. */
export type SeenDevice = Omit<KnownDevice, 'failures'> & { readonly rows?: string | null }

/** Problems kept for the next contact; the newest are dropped beyond that, the first ones say what began. */
const PROBLEMS_KEPT = 50

/**
 * Reads and writes what is remembered. Everything read is checked against its schema: another version may have written it. A disk that takes
 * no writes stops nothing: facts hold until the end of this start, and go to the disk with the next write it takes.
 */
export class Store {
  readonly #sqlite: Database.Database
  readonly #reserve: Reserve | null
  /** Asked for every known printer of a round; made at its first use, since a database that is only looked at may be older. */
  #rowsOf: Database.Statement | null = null
  /** Facts the disk has not taken, as JSON; null for forgotten ones. */
  readonly #unwritten = new Map<FactName, string | null>()
  /** Facts of the commit under way, in the same form: when it is made they are the newest, whatever was unwritten before. */
  readonly #underway = new Map<FactName, string | null>()

  constructor(sqlite: Database.Database, reserve: Reserve | null = null) {
    this.#sqlite = sqlite
    this.#reserve = reserve
  }

  /** Sets room aside again where some was given up; the fault says that there is none yet, though all went well within the reserve. */
  keepReserve(): DatabaseFault | null {
    if (this.#reserve === null || this.#reserve.keep()) return null
    return { ok: false, reason: 'diskFull', detail: 'writing goes on within a small reserve' }
  }

  /** A remembered thing, or null. @throws ZodError if the database holds something this version does not know. */
  get<Name extends FactName>(name: Name): Fact<Name> | null {
    const newer = [this.#underway, this.#unwritten].find((facts) => facts.has(name))
    const value =
      newer === undefined
        ? this.#sqlite.prepare('SELECT value FROM fact WHERE name = ?').pluck().get(name)
        : newer.get(name)
    if (typeof value !== 'string') return null
    return schemas[name].parse(JSON.parse(value))
  }

  /** Remembers; the fault, if there is one, says that the disk does not have it yet. Inside `together` a fault is thrown. */
  set<Name extends FactName>(name: Name, value: Fact<Name>): DatabaseFault | null {
    return this.#put(name, JSON.stringify(value))
  }

  forget(name: FactName): DatabaseFault | null {
    return this.#put(name, null)
  }

  /** Adds to what Central hears next, each sentence once. */
  report(problem: string): void {
    const problems = this.get('problems') ?? []
    if (problems.includes(problem) || problems.length >= PROBLEMS_KEPT) return
    this.set('problems', [...problems, problem.slice(0, 500)])
  }

  /** All printers met before, by address as text. */
  devices(): readonly KnownDevice[] {
    const sql = 'SELECT * FROM device WHERE failures < ? ORDER BY address'
    return z.array(deviceSchema).parse(this.#sqlite.prepare(sql).all(RESTING))
  }

  /** Where a printer answered to an SNMPv3 user and has been silent for so long, or gone elsewhere, that it counts as known no more. */
  proven(): readonly KnownDevice[] {
    return z.array(deviceSchema).parse(this.#sqlite.prepare('SELECT * FROM device WHERE failures >= ?').all(RESTING))
  }

  device(address: string): KnownDevice | null {
    const row = this.#sqlite.prepare('SELECT * FROM device WHERE address = ?').get(address)
    return row === undefined ? null : deviceSchema.parse(row)
  }

  /** Remembers printers that were read, in one transaction. */
  saw(devices: readonly SeenDevice[]): DatabaseFault | null {
    const write = this.#sqlite.prepare(`INSERT INTO device
      (address, vendor, model, serial, profile, credential, version, life, seen, failures)
      VALUES (:address, :vendor, :model, :serial, :profile, :credential, :version, :life, :seen, 0)
      ON CONFLICT (address) DO UPDATE SET vendor = excluded.vendor, model = excluded.model, serial = excluded.serial,
      profile = excluded.profile, credential = excluded.credential, version = excluded.version, life = excluded.life,
      seen = excluded.seen, failures = 0`)
    const put = this.#sqlite.prepare('INSERT OR REPLACE INTO known_rows (address, rows) VALUES (?, ?)')
    const forget = this.#sqlite.prepare('DELETE FROM known_rows WHERE address = ?')
    return this.attempt(() => {
      for (const { rows, ...device } of devices) {
        write.run(device)
        if (rows === null) forget.run(device.address)
        else if (rows !== undefined) put.run(device.address, rows)
      }
    })
  }

  /** What is known of a printer's rows; null if nothing is, or what another version wrote. */
  rowsOf(address: string): KnownRows | null {
    this.#rowsOf ??= this.#sqlite.prepare('SELECT rows FROM known_rows WHERE address = ?').pluck()
    const text = this.#rowsOf.get(address)
    return typeof text === 'string' ? parseKnownRows(text) : null
  }

  /**
   * Counts a round in which a known printer did not answer; after `most` of them in a row it is forgotten. Of one that answered to an
   * SNMPv3 user that much stays known (`proven`): whoever waits for it to be forgotten must not be shown a community.
   */
  missed(address: string, most: number): DatabaseFault | null {
    return this.attempt(() => {
      this.#sqlite.prepare('UPDATE device SET failures = failures + 1 WHERE address = ?').run(address)
      const { changes } = this.#sqlite
        .prepare(`DELETE FROM device WHERE address = ? AND failures >= ? AND version <> 'v3'`)
        .run(address, most)
      const rested = this.#sqlite
        .prepare('UPDATE device SET failures = ? WHERE address = ? AND failures >= ? AND failures < ?')
        .run(RESTING, address, most, RESTING)
      if (changes + rested.changes > 0) this.#sqlite.prepare('DELETE FROM known_rows WHERE address = ?').run(address)
    })
  }

  /** Does several things in one commit. @throws what the disk says, so that a commit around it is undone as a whole. */
  together<T>(work: () => T): T {
    const commit = () => this.#sqlite.transaction(work).immediate()
    if (this.#sqlite.inTransaction) return commit()
    try {
      const done = commit()
      for (const name of this.#underway.keys()) this.#unwritten.delete(name)
      return done
    } finally {
      this.#underway.clear()
    }
  }

  /** As `together`, but a disk that would not take it, even with the reserve given up, is an answer; then nothing of it was done. */
  tryTogether<T>(work: () => T): { readonly ok: true; readonly value: T } | DatabaseFault {
    if (this.#sqlite.inTransaction) return { ok: true, value: work() }
    const write = () => attempted(() => this.together(work))
    // What the log holds goes into the database, so that the log is written over in place of growing.
    const rewind = () => attempted(() => this.#sqlite.pragma('wal_checkpoint(RESTART)'))
    let done = write()
    for (const makeRoom of [() => true, () => this.#reserve?.spend() === true]) {
      if (done.ok || done.reason !== 'diskFull' || !makeRoom()) return done
      rewind()
      done = write()
    }
    return done
  }

  /** As `tryTogether`, where there is nothing to answer but the fault. */
  attempt(work: () => void): DatabaseFault | null {
    const done = this.tryTogether(work)
    return done.ok ? null : done
  }

  #put(name: FactName, json: string | null): DatabaseFault | null {
    if (this.#sqlite.inTransaction) {
      this.#write(name, json)
      this.#underway.set(name, json)
      return null
    }
    this.#unwritten.set(name, json)
    const fault = this.attempt(() => {
      for (const [each, text] of this.#unwritten) this.#write(each, text)
    })
    if (fault === null) this.#unwritten.clear()
    return fault
  }

  #write(name: FactName, json: string | null): void {
    if (json === null) this.#sqlite.prepare('DELETE FROM fact WHERE name = ?').run(name)
    else
      this.#sqlite
        .prepare('INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
        .run(name, json)
  }
}
