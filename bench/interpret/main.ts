/**
 * What interpreting costs: from a device's answers to its reading, without a question. Every printer of the knowledge is read once, then
 * its answers are interpreted again and again; beside it, as the limit, the same answers are only made values of their text.
 */
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type NormaliseInput, normalise, observationOf, recordOf } from '@platen/collector'
import { checkedInInstructions, KNOWLEDGE } from '../../tools/knowledge/catalogue.ts'
import { readFileAsDevice } from '../../tools/score/read.ts'

/** Design: milliseconds for a device of so many objects. */
const BAR = { milliseconds: 0.3, objects: 195 } as const
/**
 * Passes over all devices: the first are still being compiled. So many are measured that the last collection, which looks through all that
 * lives in the process and not only at what interpreting left behind, costs little beside them.
 */
const WARM_UP = 300
const PASSES = 1_500

const instructions = await checkedInInstructions()
const folder = path.join(KNOWLEDGE, 'recordings')
const files = (await readdir(folder)).filter((file) => file.endsWith('.snmprec')).sort()
const inputs: NormaliseInput[] = []
for (const file of files) {
  const { asked, reading } = await readFileAsDevice(path.join(folder, file), instructions)
  if (asked === null || reading === null) continue
  const { id, at, monotonic, address } = reading
  inputs.push({ ...asked, instructions, stamp: { id, at, monotonic, address } })
}
const objects = inputs.reduce((sum, { observation }) => sum + observation.answers.size, 0)
if (objects === 0) throw new Error(`${folder} holds no printer`)
const records = inputs.map((input) => recordOfAll(input))

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const interpreted = measure(() => {
  for (const input of inputs) kept(normalise(input).meters.length)
})
const limit = measure(() => {
  for (const record of records) kept(observationOf(record).answers.size)
})
const milliseconds = costAt(
  BAR.objects,
  inputs.map((input) => ({
    objects: input.observation.answers.size,
    milliseconds: measure(() => kept(normalise(input).meters.length)).milliseconds,
  })),
)
console.log(`${inputs.length} devices, ${(objects / inputs.length).toFixed(0)} objects each`)
console.log(`interpreting: ${line(interpreted)}`)
console.log(`only making values of the same answers: ${line(limit)}`)
console.log(`ratio: ${(interpreted.milliseconds / limit.milliseconds).toFixed(1)} x the CPU of the limit`)
console.log(
  `${BAR.objects} objects: ${milliseconds.toFixed(3)} ms by the line through all devices, the bar is ${BAR.milliseconds}`,
)
if (milliseconds > BAR.milliseconds) {
  console.log('MISSED')
  process.exitCode = 1
}

interface Cost {
  /** CPU of one pass over all devices, collecting what it left behind among it. */
  readonly milliseconds: number
  readonly octets: number
}

function measure(pass: () => void): Cost {
  for (let done = 0; done < WARM_UP; done++) pass()
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  pass()
  const octets = process.memoryUsage().heapUsed - before
  collectGarbage()
  const began = process.cpuUsage()
  for (let done = 0; done < PASSES; done++) pass()
  collectGarbage()
  const { user, system } = process.cpuUsage(began)
  return { milliseconds: (user + system) / 1_000 / PASSES, octets }
}

/** What a device of so many objects costs by the straight line through all: part of the cost is the same for every device. */
function costAt(
  wanted: number,
  devices: readonly { readonly objects: number; readonly milliseconds: number }[],
): number {
  const mean = (of: (device: (typeof devices)[number]) => number) =>
    devices.reduce((sum, device) => sum + of(device), 0) / devices.length
  const [meanObjects, meanCost] = [mean((one) => one.objects), mean((one) => one.milliseconds)]
  const slope =
    mean((one) => (one.objects - meanObjects) * (one.milliseconds - meanCost)) /
    mean((one) => (one.objects - meanObjects) ** 2)
  return meanCost + slope * (wanted - meanObjects)
}

function line({ milliseconds: all, octets }: Cost): string {
  const nanoseconds = (all * 1e6) / objects
  return `${nanoseconds.toFixed(0)} ns an object, ${(octets / inputs.length / 1_024).toFixed(0)} KiB a device`
}

/** All answers as a reading carries those of its meters. */
function recordOfAll({ observation }: NormaliseInput): Readonly<Record<string, string>> {
  const record: Record<string, string> = {}
  for (const [object, value] of observation.answers) {
    const text = recordOf(value)
    if (text !== null) record[object] = text
  }
  return record
}

/** A result nobody looks at could be left out by the compiler. */
function kept(count: number): void {
  if (count < 0) throw new Error('less than nothing')
}
