/**
 * The shelf of signed instructions: every version that was ever put on it, packed as Onsites fetch them. Central says which is the newest and
 * hands it out; it cannot make one, and takes only what the operator's trusted key has signed.
 */
import { type Instructions, parseInstructions } from '@platen/collector/interpret'
import {
  compareVersions,
  fromHex,
  type InstructionsOffer,
  isNumbered,
  type OpenedInstructions,
  openInstructions,
  packedInstructionsMost,
  packInstructions,
  parseJsonText,
  toHex,
  trustFingerprint,
  unpackInstructions,
} from '@platen/wire'
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import type { Clock } from '../world.ts'

/** What became of a signed file. `isNew` is false for one that was there already. */
export type AddedInstructions =
  | { readonly ok: true; readonly version: string; readonly isNew: boolean }
  | {
      readonly ok: false
      readonly reason:
        | Extract<OpenedInstructions, { ok: false }>['reason']
        | 'badInstructions'
        | 'noOrder'
        | 'versionTaken'
      readonly detail: string
    }

/** How long the newest version is remembered: another Central on the same database may have been given a newer one. */
const rememberedFor = 30_000

const bytes = z.instanceof(Uint8Array)
const offerRow = z.object({ version: z.string(), hash: bytes, size: z.int() })

/** Keeps and hands out instructions. */
export class InstructionShelf {
  readonly #database: Database
  readonly #clock: Clock
  #offer: { readonly at: number; readonly offer: InstructionsOffer | null } | null = null

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** Puts a signed file on the shelf, if the trusted key (PEM) has signed it and it can be executed. A version is given once and never changed. */
  async add(signed: string, trustPem: string): Promise<AddedInstructions> {
    const opened = openInstructions(signed, trustPem)
    if (!opened.ok) return opened
    const parsed = parseInstructions(parseJsonText(opened.bundle))
    if (!parsed.ok) {
      return { ok: false, reason: 'badInstructions', detail: parsed.problems.slice(0, 3).join('; ') }
    }
    const { version } = parsed.instructions
    if (!isNumbered(version)) return { ok: false, reason: 'noOrder', detail: `${version} is not numbers with dots` }
    const { packed, hash } = packInstructions(signed)
    if (packed.length > packedInstructionsMost) {
      return { ok: false, reason: 'tooLarge', detail: `${packed.length} bytes packed` }
    }
    const known = await this.#find(version)
    if (known !== null) {
      const before = unpackInstructions(known.packed, toHex(known.hash))
      return before.ok && before.text === signed ? { ok: true, version, isNew: false } : taken(version)
    }
    await this.#database.as({ role: 'migrate' }, (queries) =>
      queries.run('insert into instructions (version, hash, packed, signed_by, added_at) values ($1, $2, $3, $4, $5)', [
        version,
        fromHex(hash),
        packed,
        trustFingerprint(trustPem) ?? '',
        new Date(this.#clock.now()),
      ]),
    )
    this.#offer = null
    return { ok: true, version, isNew: true }
  }

  /** The newest version, as every answer to an Onsite names it; null where there is none. */
  async offer(): Promise<InstructionsOffer | null> {
    const now = this.#clock.now()
    if (this.#offer !== null && now - this.#offer.at < rememberedFor) return this.#offer.offer
    const sql = 'select version, hash, length(packed)::int as size from instructions'
    const rows = await this.#database.as({ role: 'door' }, (queries) => queries.rows(offerRow, sql))
    const [newest] = rows.sort((a, b) => compareVersions(b.version, a.version) ?? 0)
    const offer = newest === undefined ? null : { ...newest, hash: toHex(newest.hash) }
    this.#offer = { at: now, offer }
    return offer
  }

  /** The packed file of this name, or null where there is none. */
  async packed(hash: string): Promise<Uint8Array | null> {
    const sql = 'select packed from instructions where hash = $1'
    const row = await this.#database.as({ role: 'door' }, (queries) =>
      queries.row(z.object({ packed: bytes }), sql, [fromHex(hash)]),
    )
    return row?.packed ?? null
  }

  /** The instructions of a version, to interpret with; null where it is not on the shelf. */
  async read(version: string): Promise<Instructions | null> {
    const row = await this.#find(version)
    const unpacked = row === null ? null : unpackInstructions(row.packed, toHex(row.hash))
    if (unpacked?.ok !== true) return null
    // The signature was right when it was put here, and the database is as safe as the readings beside it.
    const file = fileSchema.safeParse(parseJsonText(unpacked.text))
    const parsed = file.success ? parseInstructions(parseJsonText(file.data.bundle)) : null
    return parsed?.ok === true ? parsed.instructions : null
  }

  /** Every version on the shelf. */
  async all(): Promise<ReadonlyMap<string, Instructions>> {
    const rows = await this.#database.as({ role: 'door' }, (queries) =>
      queries.rows(z.object({ version: z.string() }), 'select version from instructions'),
    )
    const all = new Map<string, Instructions>()
    for (const { version } of rows) {
      const instructions = await this.read(version)
      if (instructions !== null) all.set(version, instructions)
    }
    return all
  }

  #find(version: string) {
    const sql = 'select hash, packed from instructions where version = $1'
    return this.#database.as({ role: 'door' }, (queries) =>
      queries.row(z.object({ hash: bytes, packed: bytes }), sql, [version]),
    )
  }
}

const fileSchema = z.object({ bundle: z.string() })

function taken(version: string): AddedInstructions {
  const detail = `${version} is on the shelf with other content: give the change a higher version`
  return { ok: false, reason: 'versionTaken', detail }
}
