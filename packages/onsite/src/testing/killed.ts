/**
 * The process that is killed (kills.ts): reads and delivers without end, and writes the name of every reading the store has acknowledged to
 * a file, with a system call of its own for each envelope. Each address asked is a dot, so that the parent knows how far it is. At the
 * moment it was told, for the so-manieth time, it kills itself.
 */
import { openSync, writeSync } from 'node:fs'
import { type Exchange, httpExchange } from '../exchange.ts'
import { openOnsite } from '../onsite.ts'
import type { Draft } from '../outbox.ts'
import { realWorld } from '../world.ts'

const [folder = '', acknowledged = '', moment = '', times = '1'] = process.argv.slice(2)
const file = openSync(acknowledged, 'a')
let left = Number(times)

/** Never comes back if this is the moment. */
function maybeDie(here: string): void {
  if (here !== moment || --left > 0) return
  process.kill(process.pid, 'SIGKILL')
  // The signal may come a moment later; nothing is done meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

const dying =
  (way: Exchange): Exchange =>
  async (ask) => {
    const going = way(ask)
    if (moment === 'sending') setTimeout(() => maybeDie('sending'), Math.random() * 15)
    const got = await going
    maybeDie('answered')
    return got
  }

const opened = openOnsite({
  folder,
  world: realWorld({ wall: Date.now, dice: Math.random, log: ({ what, detail }) => console.error(what, detail) }),
  exchange: (config) => dying(httpExchange(config)),
})
if (!opened.ok) throw new Error(`${opened.reason} ${opened.detail}`)
writeSync(1, 'o')
const { onsite } = opened
const append = onsite.outbox.append.bind(onsite.outbox)
onsite.outbox.append = async (draft: Draft) => {
  const seal: Draft['seal'] = async (place) => {
    const sealed = await draft.seal(place)
    maybeDie('sealed')
    return sealed
  }
  const appended = await append({ ...draft, seal })
  maybeDie('kept')
  return appended
}
for (;;) {
  const done = await onsite.round({
    onFate: () => void writeSync(1, '.'),
    onKept: (kept) => void writeSync(file, kept.map(({ reading }) => `${reading.id}\n`).join('')),
  })
  if (!done.ok) throw new Error(done.reason)
  await onsite.deliver()
  maybeDie('settled')
}
