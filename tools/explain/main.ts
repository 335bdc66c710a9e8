/** `npm run explain -- FILE.snmprec`: what would be asked of a recorded device, what it answers, and what that becomes. */
import { readFile } from 'node:fs/promises'
import type { Instructions } from '@platen/collector'
import { checkedInInstructions } from '../knowledge/catalogue.ts'
import { authoredFiles, compileWith } from '../recording/knowledge.ts'
import { openRecording, problemLines } from '../recording/open.ts'
import { readAsDevice } from '../score/read.ts'
import { readArguments, USAGE } from './arguments.ts'
import { explainLines } from './report.ts'

const given = readArguments(process.argv.slice(2))
if (!given.ok) {
  console.error(`${given.detail}\nnpm run explain -- --help tells all options`)
  process.exit(2)
}
if (given.kind === 'help') {
  console.log(USAGE)
  process.exit(0)
}
const opened = await openRecording(given.file)
if (!opened.ok) {
  console.error(opened.detail)
  process.exit(3)
}
for (const line of problemLines(opened.recording)) console.error(`${given.file}, ${line}`)
const read = await readAsDevice(opened.name, opened.recording, await instructionsWith(given.profile))
for (const line of explainLines(read, given.isUnusedTold)) console.log(line)
process.exitCode = read.reading === null ? 4 : 0

async function instructionsWith(profile: string | undefined): Promise<Instructions> {
  if (profile === undefined) return checkedInInstructions()
  const text = await readFile(profile, 'utf8').catch((error: NodeJS.ErrnoException) => error)
  const compiled =
    typeof text === 'string'
      ? compileWith(await authoredFiles(), [text])
      : { ok: false as const, problems: [text.message] }
  if (compiled.ok) return compiled.instructions
  for (const problem of compiled.problems) console.error(problem)
  process.exit(3)
}
