/** `npm run record -- ADDRESS`: a bounded, masked recording of one real device, for whoever adds it to the knowledge. */
import { lookup } from 'node:dns/promises'
import { systemClock, udpTransport } from '@platen/snmp'
import { checkedInInstructions } from '../knowledge/catalogue.ts'
import { readArguments, USAGE } from './arguments.ts'
import { record } from './record.ts'
import { userOf } from './user.ts'

const given = readArguments(process.argv.slice(2))
if (!given.ok) {
  console.error(`${given.detail}\nnpm run record -- --help tells all options`)
  process.exit(2)
}
if (given.kind === 'help') {
  console.log(USAGE)
  process.exit(0)
}
const { options } = given
const found = await lookup(options.address).catch(() => undefined)
if (found === undefined) {
  console.error(`${options.address} is no address, and no name server knows it`)
  process.exit(3)
}

const user = options.user === null ? null : await userOf(options.user, process.env)
if (typeof user === 'string') {
  console.error(user)
  process.exit(2)
}

const isWatched = process.stderr.isTTY === true
/** Milliseconds between lines of progress where no terminal shows one that moves. */
const TELL_EVERY = 10_000
let toldAt = systemClock.now()
const controller = new AbortController()
process.once('SIGINT', () => controller.abort())
process.once('SIGTERM', () => controller.abort())
const recorded = await record(options, {
  transport: await udpTransport(),
  clock: systemClock,
  stop: controller.signal,
  instructions: await checkedInInstructions(),
  user,
  address: found.address,
  progress: (line) => {
    if (isWatched) process.stderr.write(`\r\u001b[K${line}`)
    else if (systemClock.now() - toldAt >= TELL_EVERY) {
      console.error(line)
      toldAt = systemClock.now()
    }
  },
})
if (isWatched) process.stderr.write('\r\u001b[K')
for (const line of recorded.lines) (recorded.code === 0 || recorded.code === 4 ? console.log : console.error)(line)
process.exitCode = recorded.code
