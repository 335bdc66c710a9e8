/**
 * Who this Onsite is, beside its database: identity, Central's keys and the settings, enciphered under the same key. A database that an
 * accident has spoilt is then set aside and begun anew without anybody enrolling again. Nothing in it is a reading.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { attempted, type DatabaseFault, stateFiles } from './database.ts'
import { factSchemas, type Store } from './store.ts'

const keptSchema = z.object({
  identity: factSchemas.identity,
  central: factSchemas.central,
  settings: factSchemas.settings,
})

/** What outlives the database. */
export type Kept = z.infer<typeof keptSchema>

const CIPHER = 'aes-256-gcm'
const NONCE = 12
const TAG = 16
/** Says what the key is for: the database has it under another name. */
const PURPOSE = 'platen/onsite/identity/1'

/** Writes what the store holds of it, if that is not what the file says already. Nothing before enrolment. */
export function keepIdentity(folder: string, store: Store): DatabaseFault | null {
  const [identity, central, settings] = [store.get('identity'), store.get('central'), store.get('settings')]
  if (identity === null || central === null || settings === null) return null
  const text = JSON.stringify({ identity, central, settings })
  const written = attempted(() => {
    const before = readIdentity(folder)
    if (before !== null && JSON.stringify(before) === JSON.stringify(keptSchema.parse(JSON.parse(text)))) return
    write(join(folder, stateFiles.identity), sealed(text, keyIn(folder)))
  })
  return written.ok ? null : written
}

/** What the file says, or null: there is none, it is spoilt, or the key is another one. */
export function readIdentity(folder: string): Kept | null {
  const path = join(folder, stateFiles.identity)
  if (!existsSync(path) || !existsSync(join(folder, stateFiles.key))) return null
  const text = opened(readFileSync(path), keyIn(folder))
  const kept = text === null ? null : keptSchema.safeParse(JSON.parse(text))
  return kept?.success === true ? kept.data : null
}

function keyIn(folder: string): Uint8Array {
  const secret = Buffer.from(readFileSync(join(folder, stateFiles.key), 'utf8').trim(), 'hex')
  return new Uint8Array(hkdfSync('sha256', secret, '', PURPOSE, 32))
}

function sealed(text: string, key: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv(CIPHER, key, nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

function opened(octets: Uint8Array, key: Uint8Array): string | null {
  if (octets.length < NONCE + TAG) return null
  const decipher = createDecipheriv(CIPHER, key, octets.subarray(0, NONCE))
  decipher.setAuthTag(octets.subarray(NONCE, NONCE + TAG))
  const body = decipher.update(octets.subarray(NONCE + TAG))
  try {
    return Buffer.concat([body, decipher.final()]).toString('utf8')
  } catch {
    // The tag does not fit: another key, or other octets.
    return null
  }
}

/** All or nothing, and on the disk. */
function write(path: string, octets: Uint8Array): void {
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeSync(file, octets)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
}
