/**
 * Central's own keys, as files only its user may read, in a folder apart from the database: neither a dump nor a stolen backup of the
 * database opens a single envelope. Losing the folder means enrolling every Onsite again.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  fromBase64url,
  generateSealingKey,
  generateSigningKey,
  type ListedSealing,
  recipientOf,
  type SealingKey,
  type SigningKey,
  toBase64url,
  toHex,
} from '@platen/wire'
import { z } from 'zod'
import type { Clock, Dice } from '../world.ts'

const day = 86_400_000
/** How long one sealing key is given out. */
const sealingDays = 30
/** How long it is kept after that: an Onsite may be offline this long and lose nothing. */
const graceDays = 90
const pepperBytes = 32

const pairSchema = z.object({
  createdAt: z.iso.datetime(),
  publicKey: z.string().min(1),
  privateKey: z.string().min(1),
})

/** A sealing key and when it was made, in milliseconds since 1970. */
interface EpochKey {
  readonly key: SealingKey
  readonly createdAt: number
  readonly file: string
}

/** Central's keys. `channel` signs every answer, `enrolment` opens enrolments, `pepper` salts enrolment secrets. */
export interface Keyring {
  readonly channel: SigningKey
  readonly enrolment: SealingKey
  readonly pepper: Uint8Array
  /** The sealing key that Onsites are told to use from now on, and since when it is that. */
  current(): SealingKey & ListedSealing
  /** A sealing key by its 8-byte name, also older ones within their grace; null when we never had it or destroyed it. */
  sealingKey(id: Uint8Array): SealingKey | null
  /** Makes a new sealing key when the current one is 30 days old and destroys those past their grace. */
  rotate(): Promise<void>
}

/** Opens the folder, making it and its keys at the first start. @throws when a key file is damaged: guessing would lock Onsites out. */
export async function openKeyring(options: {
  readonly directory: string
  readonly clock: Clock
  readonly dice: Dice
}): Promise<Keyring> {
  const { directory, clock, dice } = options
  const epochs = join(directory, 'sealing')
  mkdirSync(epochs, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  const now = clock.now()
  const channel =
    readPair(join(directory, 'channel.key')) ?? write(directory, 'channel.key', await generateSigningKey(), now)
  const enrolment =
    readPair(join(directory, 'enrolment.key')) ?? write(directory, 'enrolment.key', await generateSealingKey(), now)
  const ring = new EpochKeys(epochs, clock)
  await ring.rotate()
  return {
    channel: channel.key,
    enrolment: enrolment.key,
    pepper: readPepper(directory) ?? writePepper(directory, dice.bytes(pepperBytes)),
    current: () => ring.current(),
    sealingKey: (id) => ring.find(id),
    rotate: () => ring.rotate(),
  }
}

class EpochKeys {
  readonly #folder: string
  readonly #clock: Clock
  #keys: readonly EpochKey[]

  constructor(folder: string, clock: Clock) {
    this.#folder = folder
    this.#clock = clock
    this.#keys = readdirSync(folder)
      .filter((name) => name.endsWith('.key'))
      .map((name) => join(folder, name))
      .flatMap((file) => readPair(file) ?? [])
      .sort((a, b) => a.createdAt - b.createdAt)
  }

  current(): SealingKey & ListedSealing {
    const newest = this.#keys.at(-1)
    if (newest === undefined) throw new Error('rotate() makes the first sealing key')
    return { ...newest.key, since: new Date(newest.createdAt).toISOString() }
  }

  find(id: Uint8Array): SealingKey | null {
    const wanted = toHex(id)
    return this.#keys.find(({ key }) => toHex(recipientOf(key.publicKey).id) === wanted)?.key ?? null
  }

  async rotate(): Promise<void> {
    const now = this.#clock.now()
    const destroyed = this.#keys.filter((epoch) => epoch.createdAt + (sealingDays + graceDays) * day <= now)
    for (const epoch of destroyed) rmSync(epoch.file, { force: true })
    this.#keys = this.#keys.filter((epoch) => !destroyed.includes(epoch))
    const newest = this.#keys.at(-1)
    if (newest !== undefined && now < newest.createdAt + sealingDays * day) return
    const key = await generateSealingKey()
    const name = `${toHex(recipientOf(key.publicKey).id)}.key`
    this.#keys = [...this.#keys, write(this.#folder, name, key, now)]
  }
}

function write(folder: string, name: string, key: SealingKey, now: number): EpochKey {
  const file = join(folder, name)
  const pair = {
    createdAt: new Date(now).toISOString(),
    publicKey: toBase64url(key.publicKey),
    privateKey: toBase64url(key.privateKey),
  }
  writeWhole(file, JSON.stringify(pair))
  return { key, createdAt: now, file }
}

function readPair(file: string): EpochKey | null {
  const text = readIfThere(file)
  if (text === null) return null
  const pair = pairSchema.safeParse(parseOrNull(text))
  if (!pair.success) throw new Error(`${file} is not a key file; restore it from a backup`)
  const { createdAt, publicKey, privateKey } = pair.data
  return {
    key: { publicKey: fromBase64url(publicKey), privateKey: fromBase64url(privateKey) },
    createdAt: Date.parse(createdAt),
    file,
  }
}

function readPepper(directory: string): Uint8Array | null {
  const text = readIfThere(join(directory, 'pepper.key'))
  return text === null ? null : fromBase64url(text.trim())
}

function writePepper(directory: string, pepper: Uint8Array): Uint8Array {
  writeWhole(join(directory, 'pepper.key'), toBase64url(pepper))
  return pepper
}

/** Under another name first: a crash leaves a key whole or not there. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return null
    throw error
  }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
