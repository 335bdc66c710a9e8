/** Publishes the instructions: compiles knowledge/profiles and writes knowledge/instructions.gen.json. `--check` only says whether it is stale. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleText, compileKnowledge, FILES } from './instructions.ts'

const knowledge = join(import.meta.dirname, '../../knowledge')
const bundle = join(knowledge, FILES.bundle)
const compiled = await compileKnowledge(knowledge)

if (!compiled.ok) {
  for (const problem of compiled.problems) console.error(problem)
  process.exitCode = 1
} else {
  const { profiles, version } = compiled.instructions
  const text = bundleText(compiled.instructions)
  const isStale = (await readFile(bundle, 'utf8').catch(() => '')) !== text
  if (!process.argv.includes('--check')) await writeFile(bundle, text)
  else if (isStale) process.exitCode = 1
  const state = isStale ? (process.argv.includes('--check') ? 'stale' : 'written') : 'up to date'
  console.log(
    `${profiles.length} profiles from ${compiled.files} files, version ${version}, ${text.length} octets: ${state}`,
  )
}
