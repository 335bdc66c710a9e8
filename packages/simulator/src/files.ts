/** Reads recordings and growth models from disk, for the programs that start fleets. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NamedRecording } from './fleet.ts'
import { type GrowthModel, parseGrowthModel } from './growth-model.ts'
import { parseSnmprec, type RecordingProblem } from './recordings.ts'

/** A recording file that was read, and what was wrong with its lines. */
export interface RecordingFile extends NamedRecording {
  readonly problems: readonly RecordingProblem[]
}

const ENDING = '.snmprec'

/** All recordings of some files and folders (not of folders in them), in order of their paths. @throws Error if one cannot be read. */
export async function readRecordings(paths: readonly string[]): Promise<readonly RecordingFile[]> {
  const files = await Promise.all(paths.map(filesAt))
  return Promise.all(
    files.flat().map(async (path) => ({
      name: basename(path, ENDING),
      ...parseSnmprec(await readFile(path, 'utf8')),
    })),
  )
}

async function filesAt(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const names = await readdir(path)
  return names
    .filter((name) => name.endsWith(ENDING))
    .sort()
    .map((name) => join(path, name))
}

const OWN_MODELS = fileURLToPath(new URL('../growth', import.meta.url))

/** The growth models in a folder, the simulator's own if none is given. @throws Error naming the file and everything wrong in it. */
export async function readGrowthModels(folder: string = OWN_MODELS): Promise<readonly GrowthModel[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(
    names.map(async (name) => {
      const parsed = parseGrowthModel(JSON.parse(await readFile(join(folder, name), 'utf8')))
      if (!parsed.ok) throw new Error(`${name}: ${parsed.problems.join('; ')}`)
      return parsed.model
    }),
  )
}
