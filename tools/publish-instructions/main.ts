/**
 * Publishes the instructions: compiles knowledge/profiles, writes knowledge/instructions.gen.json and notes its version. `--check` only says
 * whether that is stale. `key --out FOLDER` makes the keys they are signed with; `sign --key PEM --out FILE` signs them, where that key is.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeInstructionKey, signBundle } from '@platen/wire'
import { bundleText, compact, compileKnowledge, FILES, readVersions, withVersion } from './instructions.ts'

const knowledge = join(import.meta.dirname, '../../knowledge')
const bundle = join(knowledge, FILES.bundle)
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false }, key: { type: 'string' }, out: { type: 'string' } },
})
const [command] = positionals

if (command === undefined) await publish(values.check)
else if (command === 'key' && values.out !== undefined) await makeKey(values.out)
else if (command === 'sign' && values.key !== undefined && values.out !== undefined) sign(values.key, values.out)
else fail('publish-instructions [--check] | key --out FOLDER | sign --key PEM --out FILE')

async function publish(isCheck: boolean): Promise<void> {
  const compiled = await compileKnowledge(knowledge)
  if (!compiled.ok) return fail(compiled.problems.join('\n'))
  const { instructions, files } = compiled
  const noted = withVersion(await readVersions(knowledge), instructions)
  if (!noted.ok) return fail(noted.problem)
  const text = bundleText(instructions)
  const versions = bundleText(noted.versions)
  const read = (name: string): Promise<string> => readFile(join(knowledge, name), 'utf8').catch(() => '')
  const isStale = (await read(FILES.bundle)) !== text || (await read(FILES.versions)) !== versions
  if (!isCheck) {
    await writeFile(bundle, text)
    await writeFile(join(knowledge, FILES.versions), versions)
  } else if (isStale) process.exitCode = 1
  const state = isStale ? (isCheck ? 'stale' : 'written') : 'up to date'
  const { profiles, version } = instructions
  console.log(`${profiles.length} profiles from ${files} files, version ${version}, ${text.length} octets: ${state}`)
}

/** Keys are made once and never written over: every Onsite has the public one pinned. */
async function makeKey(folder: string): Promise<void> {
  const [secret, trust] = [join(folder, 'instructions.pem'), join(folder, 'trust.pem')]
  if (existsSync(secret) || existsSync(trust)) return fail(`${folder} has keys already`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { privatePem, publicPem } = makeInstructionKey()
  await writeFile(secret, privatePem, { mode: 0o600 })
  await writeFile(trust, publicPem)
  console.log(`${secret} signs instructions: keep it offline, never on Central.\n${trust} goes to every Onsite.`)
}

function sign(keyFile: string, out: string): void {
  const signed = signBundle(compact(readFileSync(bundle, 'utf8')), readFileSync(keyFile, 'utf8'))
  writeFileSync(out, signed)
  console.log(`${out}: ${signed.length} octets`)
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}
