/**
 * Rounds in one process, as the service makes them hour after hour: prints the CPU and wall seconds of each round from the first question to
 * the sealed outbox, as JSON. What starting and compiling cost is in the first ones and in none of the later.
 */
import { keepHeapLean, openOnsite, realWorld } from '@platen/onsite'

keepHeapLean()
const [folder = '', rounds = '1'] = process.argv.slice(2)
const world = realWorld({ wall: Date.now, dice: Math.random, log: ({ what, detail }) => console.error(what, detail) })
const opened = openOnsite({ folder, world })
if (!opened.ok) throw new Error(`${opened.reason}: ${opened.detail}`)
const { onsite } = opened
const made: { readonly cpuSeconds: number; readonly wallSeconds: number; readonly read: number }[] = []
for (let round = 0; round < Number(rounds); round++) {
  const before = process.cpuUsage()
  const began = performance.now()
  const done = await onsite.round()
  if (!done.ok) throw new Error(done.reason)
  const { user, system } = process.cpuUsage(before)
  const wallSeconds = (performance.now() - began) / 1000
  made.push({ cpuSeconds: (user + system) / 1e6, wallSeconds, read: done.tally.kept })
}
onsite.close()
console.log(JSON.stringify(made))
