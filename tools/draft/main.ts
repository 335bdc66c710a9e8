/** `npm run draft -- FILE.snmprec`: the draft of a profile for a device that nobody knows yet. */
import { writeFile } from 'node:fs/promises'
import { identify, probe } from '@platen/collector'
import { authoredFiles, compileWith, nameOf } from '../recording/knowledge.ts'
import { openRecording, problemLines } from '../recording/open.ts'
import { deviceOf } from '../score/device.ts'
import { readAsDevice } from '../score/read.ts'
import { readArguments, USAGE } from './arguments.ts'
import { draftOf } from './draft.ts'

const given = readArguments(process.argv.slice(2))
if (!given.ok) end(2, `${given.detail}\nnpm run draft -- --help tells all options`)
if (given.kind === 'help') {
  console.log(USAGE)
  process.exit(0)
}
const { file, out, without } = given
const opened = await openRecording(file)
if (!opened.ok) end(3, opened.detail)
const { name, recording } = opened
for (const line of problemLines(recording)) console.error(`${file}, ${line}`)
const authored = await authoredFiles()
const stranger = without.find((profile) => !authored.some((one) => nameOf(one) === profile))
if (stranger !== undefined) end(2, `--without ${stranger}: no profile is called that`)
const known = compileWith(authored, [], without)
if (!known.ok) end(2, known.problems.join('\n'))

const device = deviceOf(name, recording.rows)
const probed = await probe(device.session, known.instructions)
await device.close()
const now = 'answer' in probed ? identify(probed.answer, known.instructions).profile : 'standard'
if (now !== 'standard' && !given.isAgain)
  end(4, `the profile ${now} knows this device already: npm run explain -- ${file}\n--again drafts one all the same`)

const draft = draftOf({ rows: recording.rows, probed, instructions: known.instructions })
// With --again the device's own profile stands in the way: two may not claim one branch.
const compiled = compileWith(authored, [draft.yaml], now === 'standard' ? without : [...without, now])
if (!compiled.ok) throw new Error(`the draft does not compile: ${compiled.problems.join('; ')}`)
const read = await readAsDevice(name, recording, compiled.instructions)
if (out === undefined) console.log(draft.yaml)
else {
  await writeFile(out, draft.yaml, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) =>
    end(
      5,
      error.code === 'EEXIST'
        ? `${out} is there already; --out FILE writes another`
        : `${out} cannot be written: ${error.message}`,
    ),
  )
}
const { meters = [], checks = [] } = read.reading ?? {}
const broken = checks.filter(({ holds }) => !holds).length
console.error(
  `${draft.name}: ${draft.tables} labelled tables, ${meters.length} meters, ${checks.length} sums (${broken} broken), ${draft.questions} questions`,
)
if (read.reading === null)
  console.error('the probe does not take it for a printer yet: see the line for makers.yaml among the questions')
if (out !== undefined) console.error(`next: npm run explain -- ${file} --profile ${out}`)

function end(code: number, why: string): never {
  console.error(why)
  process.exit(code)
}
