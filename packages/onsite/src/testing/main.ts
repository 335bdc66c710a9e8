/**
 * `npm run faults [-- kills --count 1000 | hostile --honest 500 | mutants --count 1000] [--seed N]`: what an Onsite survives, at length;
 * a short run of each is a unit test. Without a name all run, one after the other. The seed is printed and makes the same run again.
 */
import { parseArgs } from 'node:util'
import { diceOf } from '@platen/simulator'
import { amongHostile } from './hostile.ts'
import { kill } from './kills.ts'
import { mutate } from './mutants.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '1000' },
    honest: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(process.hrtime.bigint() % 4_294_967_296n) },
  },
})

const parts: Readonly<Record<string, () => Promise<boolean>>> = { hostile, mutants, kills }
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
  const { honest, missed, without, among, bugs } = report
  console.log(`  ${honest} honest printers, ${missed.length} of them not read; ${bugs.length} bugs`)
  console.log(
    `  a round takes ${(without / 1_000).toFixed(1)} s without, ${(among / 1_000).toFixed(1)} s among hostile ones`,
  )
  for (const bug of bugs) console.log(bug)
  return missed.length === 0 && bugs.length === 0
}

async function mutants(): Promise<boolean> {
  const report = await mutate(Number(flags.count), diceOf(Number(flags.seed)), console.log)
  for (const [end, count] of Object.entries(report.ends)) console.log(`  ${String(count).padStart(6)} ${end}`)
  for (const fell of report.fell.slice(0, 10)) console.log(fell)
  return report.fell.length === 0
}

async function kills(): Promise<boolean> {
  const report = await kill(Number(flags.count), diceOf(Number(flags.seed)), console.log)
  console.log(JSON.stringify(report))
  const { lost, doubled, forks, gaps, brokenLedger } = report
  return lost.length + doubled.length + forks + gaps.length === 0 && brokenLedger === null
}
