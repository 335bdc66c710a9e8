/**
 * A database that an accident has spoilt: it is set aside, never thrown away, and a new one is begun with who we are from the file beside
 * it. Sealed envelopes that can still be read go over into the new one; how many, and that there was an accident, Central is told.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { attempted, type DatabaseFault, type OpenDatabase, openDatabase, openSpoilt, stateFiles } from './database.ts'
import { readIdentity } from './identity-file.ts'
import { Ledger } from './ledger.ts'
import { moveDatabase } from './set-aside.ts'
import { Store } from './store.ts'
import { moment, type World } from './world.ts'

const envelopeSchema = z.object({
  epoch: z.string(),
  seq: z.int(),
  kind: z.string(),
  at: z.string(),
  count: z.int(),
  size: z.int(),
  hash: z.string(),
  bytes: z.instanceof(Uint8Array),
})

/** Opens the state folder to work; a spoilt database is mended if it can be, else the fault is what it was. */
export function openToWork(
  folder: string,
  world: World,
): { readonly ok: true; readonly database: OpenDatabase } | DatabaseFault {
  const first = openDatabase(folder, 'work')
  if (first.ok) return isLost(folder, first.database) ? renewed(folder, world, first.database) : first
  // The key is right if it opens the file beside: then the database is what is wrong.
  const isSpoilt = first.reason === 'corrupt' || first.reason === 'wrongKey'
  return isSpoilt && readIdentity(folder) !== null ? renewed(folder, world, null) : first
}

/** Whether the database opens and is not ours: emptied, or suspected of being spoilt and found to be so. */
function isLost(folder: string, { sqlite }: OpenDatabase): boolean {
  if (readIdentity(folder) === null) return false
  const looked = attempted(() => {
    if (new Store(sqlite).get('identity') === null) return true
    return sqlite.pragma('quick_check(1)', { simple: true }) !== 'ok'
  })
  return looked.ok ? looked.value : looked.reason === 'corrupt'
}

function renewed(
  folder: string,
  world: World,
  open: OpenDatabase | null,
): { readonly ok: true; readonly database: OpenDatabase } | DatabaseFault {
  open?.close()
  const kept = readIdentity(folder)
  const at = moment(world.clock.wall())
  const path = join(folder, stateFiles.database)
  const aside = `${path}.spoilt-${at.replace(/[:.]/g, '-')}`
  const moved = attempted(() => moveDatabase(path, aside))
  if (!moved.ok) return moved
  const again = openDatabase(folder, 'work')
  if (!again.ok || kept === null) return again
  const { sqlite } = again.database
  const store = new Store(sqlite, again.database.reserve)
  const saved = savedFrom(folder, aside)
  const fault = store.attempt(() => {
    store.set('identity', kept.identity)
    store.set('central', kept.central)
    store.set('settings', kept.settings)
    store.set('chain', { epoch: Buffer.from(world.bytes(16)).toString('hex'), seq: 0, previous: null })
    const insert = sqlite.prepare(
      'INSERT INTO outbox (epoch, seq, kind, at, count, size, hash, bytes) VALUES (:epoch, :seq, :kind, :at, :count, :size, :hash, :bytes)',
    )
    for (const envelope of saved.envelopes) insert.run(envelope)
    new Ledger(sqlite, store).add(at, 'recovered', { aside, envelopes: saved.envelopes.length, whole: saved.whole })
    store.report(
      `the database was spoilt and begun anew: ${saved.envelopes.length} waiting envelopes saved${saved.whole ? '' : ', others may be lost'}`,
    )
  })
  if (fault !== null) return fault
  world.log({ level: 'warning', what: 'the database was spoilt and begun anew', detail: aside })
  return again
}

/** Waiting envelopes that can be read in the spoilt database; each is signed, so that what was changed in one is noticed at Central. */
function savedFrom(
  folder: string,
  aside: string,
): { readonly envelopes: readonly z.infer<typeof envelopeSchema>[]; readonly whole: boolean } {
  const envelopes: z.infer<typeof envelopeSchema>[] = []
  const read = attempted(() => {
    const sqlite = openSpoilt(folder, aside)
    try {
      const last = z.int().nullable().parse(sqlite.prepare('SELECT max(n) FROM outbox').pluck().get())
      const one = sqlite.prepare(
        'SELECT epoch, seq, kind, at, count, size, hash, bytes FROM outbox WHERE n = ? AND fate IS NULL',
      )
      let isWhole = true
      for (let n = 1; n <= (last ?? 0); n++) {
        const row = attempted(() => one.get(n))
        if (!row.ok) isWhole = false
        else if (row.value !== undefined) envelopes.push(envelopeSchema.parse(row.value))
      }
      return isWhole
    } finally {
      sqlite.close()
    }
  })
  return { envelopes, whole: read.ok && read.value }
}
