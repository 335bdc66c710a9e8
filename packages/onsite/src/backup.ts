/**
 * A copy of an Onsite in one file under a passphrase: database, key, identity, configuration, trusted key and instructions. Whoever has file
 * and passphrase has the Onsite, so the file is sealed as a whole and nothing of it counts before its last octet is found to be right.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { stateFiles } from './database.ts'

/** `PLATEN BACKUP 1`, then salt, nonce, AES-256-GCM of all files one after the other, and the tag. */
const MAGIC = Buffer.from('PLATEN BACKUP 1\n')
const SALT = 16
const NONCE = 12
const TAG = 16
/** 128 MB and some half a second a try: the file may lie anywhere, and be guessed at for years. */
const COST = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const
const CHUNK = 1024 * 1024
/** Shorter ones are guessed. */
export const PASSPHRASE_LEAST = 12

/** The files of a state folder that make an Onsite, the database apart: that is copied while others write to it. */
const FILES = [
  stateFiles.key,
  stateFiles.identity,
  stateFiles.config,
  stateFiles.scope,
  stateFiles.trust,
  stateFiles.instructions,
] as const
const NAMES = new Set<string>([stateFiles.database, ...FILES])

const entrySchema = z.object({ name: z.string().refine((name) => NAMES.has(name)), size: z.int().min(0) })

/** Why there is no copy, or nothing was put back. */
export type BackupFailure = 'exists' | 'notABackup' | 'wrongPassphrase' | 'cannotWrite' | 'cannotRead'

export type BackedUp =
  | { readonly ok: true; readonly bytes: number }
  | { readonly ok: false; readonly reason: BackupFailure; readonly detail: string }

/** Tells how many bytes are done. */
export type Progress = (bytes: number) => void

/** Writes a new file; `database` is a whole copy of the database. */
export function writeBackup(
  file: string,
  from: { readonly folder: string; readonly database: string; readonly passphrase: string },
  onProgress: Progress = () => undefined,
): BackedUp {
  return written(file, (out) => {
    const [salt, nonce] = [randomBytes(SALT), randomBytes(NONCE)]
    const cipher = createCipheriv('aes-256-gcm', keyOf(from.passphrase, salt), nonce)
    cipher.setAAD(MAGIC)
    let bytes = put(out, MAGIC) + put(out, salt) + put(out, nonce)
    const seal = (plain: Buffer) => {
      bytes += put(out, cipher.update(plain))
      onProgress(bytes)
    }
    const parts = [
      { name: stateFiles.database, path: from.database },
      ...FILES.map((name) => ({ name, path: join(from.folder, name) })).filter(({ path }) => existsSync(path)),
    ]
    for (const { name, path } of parts) {
      seal(headOf({ name, size: statSync(path).size }))
      eachChunk(path, seal)
    }
    seal(headOf(null))
    return bytes + put(out, cipher.final()) + put(out, cipher.getAuthTag())
  })
}

/** Puts the files of a backup into a folder that has no database; none of them is there before all of it was found to be right. */
export function readBackup(file: string, to: { readonly folder: string; readonly passphrase: string }): BackedUp {
  if (existsSync(join(to.folder, stateFiles.database))) return { ok: false, reason: 'exists', detail: to.folder }
  const aside = join(to.folder, `.restoring-${randomBytes(4).toString('hex')}`)
  try {
    mkdirSync(aside, { recursive: true, mode: 0o700 })
    const opened = unseal(file, { ...to, folder: aside })
    if (!opened.ok) return opened
    // The database, which is the first, comes last: a folder without one takes the backup again, whatever it was cut short by.
    for (const name of opened.names.toReversed()) renameSync(join(aside, name), join(to.folder, name))
    return { ok: true, bytes: opened.bytes }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return { ok: false, reason: 'cannotRead', detail: String(error.code) }
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

function unseal(
  file: string,
  to: { readonly folder: string; readonly passphrase: string },
): { readonly ok: true; readonly names: readonly string[]; readonly bytes: number } | Extract<BackedUp, { ok: false }> {
  const input = openSync(file, 'r')
  try {
    const { size } = fstatSync(input)
    const head = take(input, MAGIC.length + SALT + NONCE, 0)
    const ends = size - TAG
    if (ends < head.length || !head.subarray(0, MAGIC.length).equals(MAGIC))
      return { ok: false, reason: 'notABackup', detail: file }
    const salt = head.subarray(MAGIC.length, MAGIC.length + SALT)
    const decipher = createDecipheriv('aes-256-gcm', keyOf(to.passphrase, salt), head.subarray(-NONCE))
    decipher.setAAD(MAGIC)
    decipher.setAuthTag(take(input, TAG, ends))
    // Files are written as they come and thrown away if the tag does not fit in the end.
    const unpack = new Unpacking(to.folder)
    try {
      for (let at = head.length; at < ends; at += CHUNK)
        unpack.take(decipher.update(take(input, Math.min(CHUNK, ends - at), at)))
      decipher.final()
    } catch (error) {
      // The disk's own errors have a number; everything else says that what came out is not what went in.
      if (error instanceof Error && 'errno' in error) throw error
      return { ok: false, reason: 'wrongPassphrase', detail: file }
    } finally {
      unpack.close()
    }
    return { ok: true, names: unpack.names, bytes: size }
  } finally {
    closeSync(input)
  }
}

/** Files out of a stream of heads and contents. @throws Error for a stream that is none: it was opened with another passphrase. */
class Unpacking {
  readonly names: string[] = []
  readonly #folder: string
  #pending: Buffer = Buffer.alloc(0)
  #out: number | null = null
  #left = 0
  #isOver = false

  constructor(folder: string) {
    this.#folder = folder
  }

  take(plain: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, plain])
    while (!this.#isOver && this.#step());
  }

  close(): void {
    if (this.#out !== null) closeSync(this.#out)
    this.#out = null
  }

  /** One head or one stretch of a file; false if more is needed. */
  #step(): boolean {
    if (this.#out === null) return this.#head()
    const part = this.#pending.subarray(0, this.#left)
    if (part.length === 0 && this.#left > 0) return false
    put(this.#out, part)
    this.#pending = this.#pending.subarray(part.length)
    this.#left -= part.length
    if (this.#left > 0) return false
    fsyncSync(this.#out)
    this.close()
    return true
  }

  #head(): boolean {
    if (this.#pending.length < 4) return false
    const length = this.#pending.readUInt32BE(0)
    if (length > 1024) throw new Error('no head of a file')
    if (this.#pending.length < 4 + length) return false
    const text = this.#pending.subarray(4, 4 + length).toString('utf8')
    this.#pending = this.#pending.subarray(4 + length)
    if (length === 0) {
      this.#isOver = true
      return false
    }
    const { name, size } = entrySchema.parse(JSON.parse(text))
    this.#out = openSync(join(this.#folder, name), 'wx', 0o600)
    this.#left = size
    this.names.push(name)
    return true
  }
}

function headOf(entry: z.infer<typeof entrySchema> | null): Buffer {
  const text = Buffer.from(entry === null ? '' : JSON.stringify(entry))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text])
}

function keyOf(passphrase: string, salt: Uint8Array): Buffer {
  return scryptSync(passphrase.normalize('NFC'), salt, 32, COST)
}

function eachChunk(path: string, work: (chunk: Buffer) => void): void {
  const input = openSync(path, 'r')
  try {
    const { size } = fstatSync(input)
    for (let at = 0; at < size; at += CHUNK) work(take(input, Math.min(CHUNK, size - at), at))
  } finally {
    closeSync(input)
  }
}

function take(input: number, length: number, at: number): Buffer {
  const buffer = Buffer.alloc(length)
  const read = readSync(input, buffer, 0, length, at)
  return buffer.subarray(0, read)
}

function put(out: number, bytes: Uint8Array): number {
  let done = 0
  while (done < bytes.length) done += writeSync(out, bytes, done)
  return done
}

/** A new file, whole or not at all. */
function written(file: string, work: (out: number) => number): BackedUp {
  let out: number
  try {
    out = openSync(file, 'wx', 0o600)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return {
      ok: false,
      reason: error.code === 'EEXIST' ? 'exists' : 'cannotWrite',
      detail: `${file} (${String(error.code)})`,
    }
  }
  try {
    const bytes = work(out)
    fsyncSync(out)
    closeSync(out)
    return { ok: true, bytes }
  } catch (error) {
    closeSync(out)
    rmSync(file, { force: true })
    if (!(error instanceof Error && 'code' in error)) throw error
    return { ok: false, reason: 'cannotWrite', detail: `${file} (${String(error.code)})` }
  }
}
