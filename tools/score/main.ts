/** `npm run score -- FOLDER [--json FILE]`: how well the checked-in knowledge reads a folder of recordings. */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { checkedInInstructions } from '../knowledge/catalogue.ts'
import { jsonOf, textOf } from './report.ts'
import { checkedInRulings } from './rulings.ts'
import { scoreFolder } from './score.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const [folder] = positionals
if (folder === undefined || positionals.length > 1) {
  console.error('usage: npm run score -- FOLDER [--json FILE]')
  process.exit(2)
}

const isWatched = process.stderr.isTTY === true
const progress = (done: number, all: number, name: string): void => {
  if (isWatched) process.stderr.write(`\r\u001b[K${done} of ${all}: ${name}`)
}
const [instructions, rulings] = await Promise.all([checkedInInstructions(), checkedInRulings()])
const score = await scoreFolder({ folder, instructions, rulings, progress })
if (isWatched) process.stderr.write('\r\u001b[K')
console.log(textOf(score))
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(jsonOf(score), null, 1)}\n`)
