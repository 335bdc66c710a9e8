/**
 * `npm run fuzz [-- --count 1000000] [--seed N]`: mutants against decoder, client, USM and trap port; the seed is printed, and makes
 * the same run again. `npm run fuzz -- --protos` feeds all 53,216 PROTOS payloads both ways instead.
 */

import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { hasBadInput, protosPayloads } from '../badinput.testing.ts'
import { fuzz } from './fuzz.ts'
import { feedProtos } from './protos.ts'

const { values: flags } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(process.hrtime.bigint() % 4_294_967_296n) },
    protos: { type: 'boolean', default: false },
  },
})

/** Mutants between two lines of progress. */
const STEP = 50_000

if (flags.protos) await runProtos()
else await runMutants(Number(flags.seed), Number(flags.count))

async function runMutants(seed: number, count: number): Promise<void> {
  console.log(`seed ${seed}, ${count} mutants of each kind`)
  const totals = { tried: 0, decoded: 0, believed: 0, delivered: 0, slowest: 0 }
  const began = performance.now()
  for (let first = 0; first < count; first += STEP) {
    const report = await fuzz(seed, Math.min(STEP, count - first), first)
    for (const key of ['tried', 'decoded', 'believed', 'delivered'] as const) totals[key] += report[key]
    totals.slowest = Math.max(totals.slowest, report.slowest)
    const seconds = (performance.now() - began) / 1_000
    console.log(`${totals.tried} in ${seconds.toFixed(0)} s: ${JSON.stringify(totals)}`)
  }
}

async function runProtos(): Promise<void> {
  if (!hasBadInput) {
    console.log('the payloads of ../shared/badinput are not here')
    process.exitCode = 1
    return
  }
  setFlagsFromString('--expose-gc')
  const report = await feedProtos(protosPayloads(1), runInNewContext('gc'))
  console.log(JSON.stringify(report))
  // The heap is back if no more than caches and compiled code are left.
  if (report.heap > 5e6) process.exitCode = 1
}
