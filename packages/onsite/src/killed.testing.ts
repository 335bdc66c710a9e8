/**
 * The child of kill.test.ts: reads and delivers without end until it is killed, and writes the name of every reading the store has
 * acknowledged to a file, with a system call of its own for each envelope. Each address asked is a dot, so that the parent knows how far it is.
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
for (;;) {
  const done = await opened.onsite.round({
    onFate: () => void writeSync(1, '.'),
    onKept: (kept) => void writeSync(file, kept.map(({ reading }) => `${reading.id}\n`).join('')),
  })
  if (!done.ok) throw new Error(done.reason)
  await opened.onsite.deliver()
}
