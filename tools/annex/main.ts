/** Writes the annex on data protection in both languages and the list of data in the manual. `--check` only says whether they are stale. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { documents } from './documents.ts'

const root = join(import.meta.dirname, '../..')
const isCheck = process.argv.includes('--check')

for (const [file, made] of await documents(root)) {
  if (!made.ok) {
    for (const field of made.untold)
      console.error(`${field}: described by no line or by several; see tools/annex/catalogue.ts`)
    for (const path of made.vain) console.error(`${path}: is in tools/annex/catalogue.ts and in no message`)
    process.exitCode = 1
    continue
  }
  const path = join(root, file)
  const isStale = (await readFile(path, 'utf8').catch(() => '')) !== made.text
  if (isStale && isCheck) process.exitCode = 1
  else if (isStale) await writeFile(path, made.text)
  console.log(`${file}: ${isStale ? (isCheck ? 'stale' : 'written') : 'up to date'}`)
}
