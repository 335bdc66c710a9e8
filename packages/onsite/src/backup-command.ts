/** `backup` and `restore`: an Onsite in one sealed file, beside the running service, and back into an empty state folder. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BackedUp, PASSPHRASE_LEAST, readBackup, writeBackup } from './backup.ts'
import { withOnsite } from './commands.ts'
import { stateFiles } from './database.ts'
import { type Action, type Context, complain, exitCodes, hindered, progressOn, say } from './terminal.ts'
import { fill, fillText } from './words.ts'
import { moment } from './world.ts'

/** `backup FILE` */
export const backupCommand: Action = (context, _options, [file = '']) =>
  withOnsite(context, 'look', async (onsite) => {
    const { words, folder, terminal } = context
    if (onsite.store.get('identity') === null)
      return hindered(context, { ok: false, reason: 'notEnrolled', detail: '' })
    const passphrase = await terminal.readPassword(fill(words, 'backupAskNew', { least: PASSPHRASE_LEAST }))
    if (passphrase.length < PASSPHRASE_LEAST) {
      complain(context, fill(words, 'backupTooShort', { least: PASSPHRASE_LEAST }))
      return exitCodes.usage
    }
    // In the state folder: nothing of it is ever written where others could read it.
    const aside = mkdtempSync(join(folder, '.backup-'))
    try {
      const database = join(aside, stateFiles.database)
      const copied = onsite.copyDatabase(database)
      if (copied !== null) return hindered(context, copied)
      const progress = progressOn(context)
      const done = writeBackup(file, { folder, database, passphrase }, (bytes) =>
        progress.show(() => fill(words, 'backupProgress', { megabytes: megabytes(bytes) })),
      )
      progress.end()
      if (!done.ok) return fails(context, done)
      say(context, fill(words, 'backupDone', { file, megabytes: megabytes(done.bytes) }))
      return exitCodes.done
    } finally {
      rmSync(aside, { recursive: true, force: true })
    }
  })

/** `restore FILE` */
export const restoreCommand: Action = async (context, _options, [file = '']) => {
  const { words, folder, terminal } = context
  const passphrase = await terminal.readPassword(fill(words, 'backupAsk'))
  mkdirSync(folder, { recursive: true, mode: 0o750 })
  const back = readBackup(file, { folder, passphrase })
  if (!back.ok) return fails(context, back)
  return withOnsite(context, 'work', async (onsite) => {
    const { clock, bytes } = terminal.world
    // Central may have had more of the old epoch than the backup knows: its numbers are never used again.
    const fault = onsite.outbox.startEpoch(Buffer.from(bytes(16)).toString('hex'))
    if (fault !== null) return hindered(context, fault)
    // Nor may our engine seem to go back in time: printers that inform us find a new one.
    onsite.store.forget('engine')
    onsite.ledger.add(moment(clock.wall()), 'epoch', { because: 'restored from a backup' })
    const { envelopes, readings } = onsite.outbox.waiting()
    say(context, fill(words, 'restored', { folder, envelopes, readings }))
    return exitCodes.done
  })
}

function fails(context: Context, { reason, detail }: Extract<BackedUp, { ok: false }>): number {
  const { words } = context
  const [what, next] = words.backups[reason]
  complain(context, `${fillText(words, what, { file: detail })}\n${fill(words, 'next', { text: next })}`)
  return reason === 'exists' || reason === 'cannotWrite' ? exitCodes.usage : exitCodes.state
}

/** In megabytes, as people read it; what is less counts as one. */
function megabytes(bytes: number): number {
  return Math.max(1, Math.round(bytes / 1_000_000))
}
