/**
 * Serves a simulated fleet until it is interrupted, and prints where each device is: something to try Platen, or any SNMP tool, on.
 * `node tools/simulate/main.ts --count 40 --port 16100 --base 127.20.0.1 --recordings DIR...`
 */
import { readGrowthModels, readRecordings, startFleet } from '@platen/simulator'
import { systemClock } from '@platen/snmp'
import { readArguments, USAGE } from './arguments.ts'

const given = readArguments(process.argv.slice(2))
if (!given.ok) {
  console.error(`${given.detail}\n${USAGE}`)
  process.exit(2)
}
const { recordings: paths, ...options } = given.options
const recordings = await readRecordings(paths)
for (const { name, problems } of recordings) {
  for (const { line, why } of problems) console.error(`${name}, line ${line}: ${why}`)
}
const fleet = await startFleet({ ...options, recordings, growth: await readGrowthModels(), clock: systemClock })
const stop = () => {
  fleet.close().then(() => console.log(`closed; ${fleet.asked()} requests`))
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)

for (const printer of fleet.printers) console.log(`${printer.address}:${options.port} ${printer.recording}`)
console.log(`serving ${fleet.addresses.length} devices made of ${recordings.length} recordings`)
