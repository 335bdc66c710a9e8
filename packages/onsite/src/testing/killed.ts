/**
 * The process that is killed (kills.ts): reads and delivers without end, and writes the name of every reading the store has acknowledged to
 * a file, with a system call of its own for each envelope. Each address asked is a dot, so that the parent knows how far it is. At the
 * moment it was told, for the so-manieth time, it kills itself.
 */
import { openSync, writeSync } from 'node:fs'
import Database from 'better-sqlite3-multiple-ciphers'
import { giveBack, openDatabase } from '../database.ts'
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

/** Around each statement that is not a query or a change of a row: the steps of a migration are these, and what comes before and after them. */
function dieWhileOpening(): void {
  const { exec, pragma } = Database.prototype
  Database.prototype.exec = function (source) {
    maybeDie('migration')
    const done = exec.call(this, source)
    maybeDie('migration')
    return done
  }
  Database.prototype.pragma = function (source, options) {
    maybeDie('migration')
    const done = pragma.call(this, source, options)
    maybeDie('migration')
    return done
  }
}

/** Much that is of no use any more, and its room given back to the disk over and over until somebody ends it. */
function vacuumForEver(): void {
  const made = openDatabase(folder, 'work')
  if (!made.ok) throw new Error(made.detail)
  const { sqlite } = made.database
  sqlite.exec('DROP TABLE IF EXISTS rubbish')
  for (;;) {
    sqlite.exec('CREATE TABLE rubbish (bytes BLOB)')
    const write = sqlite.prepare('INSERT INTO rubbish VALUES (randomblob(100000))')
    sqlite.transaction(() => {
      for (let n = 0; n < 40; n += 1) write.run()
    })()
    sqlite.exec('DROP TABLE rubbish')
    writeSync(1, 'v')
    if (giveBack(sqlite, 0) === 0) throw new Error('no page was given back')
  }
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

if (moment === 'vacuum') vacuumForEver()
if (moment === 'migration') dieWhileOpening()
const opened = openOnsite({
  folder,
  world: realWorld({ wall: Date.now, dice: Math.random, log: ({ what, detail }) => console.error(what, detail) }),
  exchange: (config) => dying(httpExchange(config)),
})
if (!opened.ok) {
  console.error(opened.reason, opened.detail)
  process.exit(3)
}
writeSync(1, 'o')
// All statements were fewer than it was told.
left = moment === 'migration' ? 1 : left
maybeDie('migration')
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
