/**
 * The reads of a steady round alone, for the benchmark of rounds: learns all printers first, then asks each what an Onsite asks of a known
 * one, every value made, nothing done with it. Prints the CPU seconds of that second part, by process, as JSON.
 */
import { setFlagsFromString } from 'node:v8'
import { asksOf, collect, identify, type KnownRows, nameBefore, normalise, probe, remember } from '@platen/collector'
import { Client, Oid, type Session, systemClock, udpTransport } from '@platen/snmp'
import { checkedInInstructions } from '../../tools/knowledge/catalogue.ts'

/** As many as a round reads at once. */
const AT_ONCE = 32
/** Passes that are measured, after one that is not: the first is still being compiled. */
const PASSES = 4

const [port = '', ...addresses] = process.argv.slice(2)
// As the program that is measured beside it keeps its heap.
setFlagsFromString('--heap-growing-percent=25')
const instructions = await checkedInInstructions()
const client = new Client({ transport: await udpTransport(), clock: systemClock })
const sessionTo = (address: string): Session =>
  client.session({ address, port: Number(port), version: 'v2c', community: 'public', maxVarbinds: 64 })

const known = new Map<string, KnownRows>()
await each(addresses, async (address) => {
  const session = sessionTo(address)
  const probed = await probe(session, instructions)
  if (probed.kind !== 'printer') return
  const profile = identify(probed.answer, instructions)
  const observation = await collect(session, profile)
  const stamp = { id: '0'.repeat(32), at: '2026-01-01T00:00:00.000Z', monotonic: 0, address }
  const reading = normalise({ observation, profile, instructions, stamp })
  const rows = remember({ observation, reading, profile })
  if (rows !== null) known.set(address, rows)
})
let requests = 0
let octets = 0
await pass()
requests = 0
octets = 0
const before = process.cpuUsage()
for (let done = 0; done < PASSES; done++) await pass()
const { user, system } = process.cpuUsage(before)
await client.close()
const cpuSeconds = (user + system) / 1e6 / PASSES
console.log(JSON.stringify({ known: known.size, cpuSeconds, requests: requests / PASSES, octets: octets / PASSES }))

async function pass(): Promise<void> {
  await each([...known.keys()], async (address) => {
    const session = sessionTo(address)
    let values = 0
    for (const ask of asksOfKnown(address)) {
      const outcome = await (ask.by === 'get'
        ? session.get(ask.objects.map((object) => Oid.parse(object)))
        : session.bulk(
            ask.runs.map(({ after }) => Oid.parse(after)),
            ask.repetitions,
            ask.once.map((object) => Oid.parse(nameBefore(object))),
          ))
      if (!outcome.ok) throw new Error(`${address}: ${outcome.reason} ${outcome.detail}`)
      for (const { value } of outcome.varbinds) if ('value' in value) values += 1
    }
    if (values === 0) throw new Error(`${address} said nothing`)
    requests += session.cost.requests
    octets += session.cost.bytesIn + session.cost.bytesOut
  })
}

/** Packed as a visit packs them, which is part of asking. */
function asksOfKnown(address: string): ReturnType<typeof asksOf> {
  const rows = known.get(address)
  const profile = instructions.profiles.find((one) => one.profile === rows?.profile)
  return rows === undefined || profile === undefined ? [] : asksOf(rows, 'steady', profile)
}

async function each(all: readonly string[], work: (address: string) => Promise<void>): Promise<void> {
  const line = [...all]
  const worker = async (): Promise<void> => {
    for (let next = line.pop(); next !== undefined; next = line.pop()) await work(next)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
