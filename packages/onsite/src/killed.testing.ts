/**
 * The child of kill.test.ts: reads and delivers without end until it is killed, and writes the name of every reading the store has
 * acknowledged to a file, with a system call of its own for each envelope.
 */
import { openSync, writeSync } from 'node:fs'
import { openOnsite } from './onsite.ts'
import { realWorld } from './world.ts'

const [folder = '', acknowledged = ''] = process.argv.slice(2)
const file = openSync(acknowledged, 'a')
const opened = openOnsite({
  folder,
  world: realWorld({ wall: Date.now, dice: Math.random, log: ({ what, detail }) => console.error(what, detail) }),
})
if (!opened.ok) throw new Error(`${opened.reason} ${opened.detail}`)
console.log('ready')
for (;;) {
  const done = await opened.onsite.round({
    onKept: (kept) => void writeSync(file, kept.map(({ reading }) => `${reading.id}\n`).join('')),
  })
  if (!done.ok) throw new Error(done.reason)
  await opened.onsite.deliver()
}
