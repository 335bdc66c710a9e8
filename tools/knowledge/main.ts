/** Writes knowledge/readings from knowledge/recordings, and knowledge/reach.gen.txt, for an author to look at and check in; the tests compare, they never write. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkedInInstructions, KNOWLEDGE, readingText, readRecording, recordingsIn } from './catalogue.ts'
import { reachText } from './reach.ts'

const instructions = await checkedInInstructions()
const readings = join(KNOWLEDGE, 'readings')
await mkdir(readings, { recursive: true })
await writeFile(join(KNOWLEDGE, 'reach.gen.txt'), reachText(instructions))
for (const path of await recordingsIn(join(KNOWLEDGE, 'recordings'))) {
  const { name, printer } = await readRecording(path, instructions)
  if (printer === null) throw new Error(`${name} is not recognised as a printer`)
  await writeFile(join(readings, `${name}.json`), readingText(printer.reading))
  const { meters, supplies, checks, misses } = printer.reading
  const broken = checks.filter(({ holds }) => !holds).length
  console.log(
    `${name}: ${printer.profile.profile}, ${meters.length} meters, ${supplies.length} supplies, ${checks.length} checks (${broken} broken), ${misses.length} misses`,
  )
}
