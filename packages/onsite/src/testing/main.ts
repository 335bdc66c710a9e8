/**
 * `npm run faults [-- PART --count N --honest N --seed N]`: what an Onsite survives, at length; a short run of each part is a unit test.
 * Without a name all run, one after the other. The seed is printed and makes the same run again.
 */
import { parseArgs } from 'node:util'
import { diceOf } from '@platen/simulator'
import { answerAll } from './answers.ts'
import { awayFor, WAITS } from './away.ts'
import { hasCompiler, onBadDisk } from './bad-disk.ts'
import { areSound } from './books.ts'
import { turnClocks } from './clocks.ts'
import { cutEverywhere } from './cuts.ts'
import { exchanged } from './exchanged.ts'
import { fallIntoHoles, namespace } from './holes.ts'
import { amongHostile } from './hostile.ts'
import { kill } from './kills.ts'
import { mutate } from './mutants.ts'
import { STORMS } from './trap-storms.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    honest: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(process.hrtime.bigint() % 4_294_967_296n) },
  },
})

/** A dead connection is noticed within this; the second is for a busy machine. */
const NOTICED_MS = 61_000

const parts: Readonly<Record<string, () => Promise<boolean>>> = {
  hostile,
  mutants,
  kills,
  answers,
  cuts,
  holes,
  clocks,
  away,
  disk,
}
const unknown = positionals.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}
console.log(`seed ${flags.seed}`)
for (const [name, part] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.log(`\n${name}`)
  if (!(await part())) process.exitCode = 1
}

async function hostile(): Promise<boolean> {
  const report = await amongHostile(Number(flags.honest))
  for (const [behaviour, fate] of Object.entries(report.fates)) console.log(`  ${behaviour.padEnd(28)} ${fate}`)
  const { honest, missed, without, among, bugs, wrong } = report
  console.log(`  ${honest} honest printers, ${missed.length} of them not read; ${bugs.length} bugs`)
  console.log(
    `  a round takes ${(without / 1_000).toFixed(1)} s without, ${(among / 1_000).toFixed(1)} s among hostile ones`,
  )
  const more = await others()
  for (const fault of [...wrong, ...more, ...bugs]) console.log(fault)
  return missed.length + bugs.length + wrong.length + more.length === 0
}

/** Those that are no behaviour of one address in one round. */
async function others(): Promise<readonly string[]> {
  const all: typeof STORMS = { ...STORMS, 'dhcp-swap': exchanged }
  const wrong: string[] = []
  for (const [name, met] of Object.entries(all)) {
    const fault = await met({ milliseconds: 10_000, senders: 10_000 })
    console.log(`  ${name.padEnd(28)} ${fault ?? 'as it must be'}`)
    if (fault !== null) wrong.push(`${name}: ${fault}`)
  }
  return wrong
}

async function mutants(): Promise<boolean> {
  const report = await mutate(Number(flags.count ?? 1000), diceOf(Number(flags.seed)), console.log)
  for (const [end, count] of Object.entries(report.ends)) console.log(`  ${String(count).padStart(6)} ${end}`)
  for (const fell of report.fell.slice(0, 10)) console.log(fell)
  return report.fell.length === 0
}

async function kills(): Promise<boolean> {
  const report = await kill(Number(flags.count ?? 1000), diceOf(Number(flags.seed)), console.log)
  console.log(JSON.stringify(report))
  return areSound(report)
}

/** Each so many times. */
async function answers(): Promise<boolean> {
  const { wrong, books } = await answerAll(Number(flags.count ?? 1), (line) => console.log(`  ${line}`))
  for (const fault of wrong) console.log(fault)
  console.log(`  ${JSON.stringify(books)}`)
  return wrong.length === 0 && areSound(books)
}

/** At every octet, or at every `count`-th. */
async function cuts(): Promise<boolean> {
  const report = await cutEverywhere(Number(flags.count ?? 1), diceOf(Number(flags.seed)), (line) =>
    console.log(`  ${line}`),
  )
  console.log(`  ${JSON.stringify(report)}`)
  return report.wrong.length === 0 && areSound(report.books)
}

/** With the time the program itself allows: each takes half a minute to a minute. */
async function holes(): Promise<boolean> {
  if (namespace === null) {
    console.log('  skipped: no network namespace may be made here')
    return true
  }
  const fallen = await fallIntoHoles(null, console.log)
  return fallen.every(
    ({ ended, milliseconds, connections }) => ended === 'timeout' && connections === 1 && milliseconds <= NOTICED_MS,
  )
}

async function clocks(): Promise<boolean> {
  const { cases, wrong } = await turnClocks((line) => console.log(`  ${line}`))
  console.log(`  ${cases} clocks, ${wrong.length} faults`)
  return wrong.length === 0
}

/** Central away for so many hours, 72 if none are said, with a round each hour. */
async function away(): Promise<boolean> {
  const report = await awayFor(Number(flags.count ?? 72), 60)
  console.log(`  ${JSON.stringify(report)}`)
  const { shortest, longest } = report.waits
  return areSound(report.books) && report.bugs.length === 0 && shortest >= WAITS.least && longest <= WAITS.most
}

/** Lives on a disk whose writes and syncs fail: one, ten and a hundred in a hundred of them. */
async function disk(): Promise<boolean> {
  if (!hasCompiler) {
    console.log('  skipped: needs gcc')
    return true
  }
  const report = await onBadDisk(Number(flags.count ?? 100), (line) => console.log(`  ${line}`))
  console.log(`  ${JSON.stringify(report)}`)
  return areSound(report.books) && report.fell.length === 0
}
