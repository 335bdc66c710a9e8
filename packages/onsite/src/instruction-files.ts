/**
 * Instructions on the disk of an Onsite: the ones in force, those that wait for the next round, and the last ones that proved themselves.
 * Every step is one rename, so that whoever is killed in it leaves the old or the new, never none and never half.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stateFiles } from './database.ts'
import { type LoadedInstructions, verifyBundle } from './instructions.ts'

/** The files of instructions in a state folder, all of the same form: signed. */
const files = { inForce: stateFiles.instructions, waiting: 'instructions.next', lastGood: 'instructions.last' } as const

/** Which of them. */
export type InstructionFile = keyof typeof files

/** Reads and verifies one of the files under the trusted key as it is now. */
export function readInstructions(folder: string, which: InstructionFile): LoadedInstructions {
  const trust = readTrust(folder)
  const signed = join(folder, files[which])
  if (trust === null) return { ok: false, reason: 'noTrust', detail: join(folder, stateFiles.trust) }
  if (!existsSync(signed)) return { ok: false, reason: 'missing', detail: signed }
  return verifyBundle(readFileSync(signed, 'utf8'), trust)
}

/** The trusted key in PEM, or null where none is pinned. */
export function readTrust(folder: string): string | null {
  const trust = join(folder, stateFiles.trust)
  return existsSync(trust) ? readFileSync(trust, 'utf8') : null
}

/** True where the file is there at all. */
export function hasInstructions(folder: string, which: InstructionFile): boolean {
  return existsSync(join(folder, files[which]))
}

/** Lays a signed file beside the ones in force, until a round begins. */
export function layWaiting(folder: string, signed: string): void {
  writeWhole(join(folder, files.waiting), signed)
}

/** Removes what waits. */
export function dropWaiting(folder: string): void {
  rmSync(join(folder, files.waiting), { force: true })
}

/** Puts what waits in force. `keepOld` keeps what was in force as the last good ones. */
export function swapIn(folder: string, keepOld: boolean): void {
  const inForce = join(folder, files.inForce)
  if (keepOld && existsSync(inForce)) writeWhole(join(folder, files.lastGood), readFileSync(inForce, 'utf8'))
  renameSync(join(folder, files.waiting), inForce)
  syncFolder(folder)
}

/** Puts the last good ones in force again. */
export function swapBack(folder: string): void {
  writeWhole(join(folder, files.inForce), readFileSync(join(folder, files.lastGood), 'utf8'))
}

/** Writes a file under another name and renames it: it is there whole, or as it was. */
export function writeWhole(path: string, text: string): void {
  const file = openSync(`${path}.new`, 'w', 0o644)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
  syncFolder(dirname(path))
}

/** A rename is on the disk when its folder is; Windows knows no such thing and does without. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const file = openSync(folder, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
