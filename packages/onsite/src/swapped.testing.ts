/** The child of renew-instructions.test.ts: puts one version after the other in force until it is killed, a dot for each. */
import { readFileSync, writeSync } from 'node:fs'
import { layWaiting } from './instruction-files.ts'
import { openOnsite } from './onsite.ts'
import { putInForce } from './renew-instructions.ts'
import { realWorld } from './world.ts'

const [folder = '', ...signed] = process.argv.slice(2)
const world = realWorld({ wall: Date.now, dice: Math.random, log: () => {} })
const opened = openOnsite({ folder, world })
if (!opened.ok) throw new Error(`${opened.reason} ${opened.detail}`)
const { store, ledger } = opened.onsite
writeSync(1, '.')
for (const file of signed) {
  layWaiting(folder, readFileSync(file, 'utf8'))
  putInForce({ folder, store, ledger, clock: world.clock })
  writeSync(1, '.')
}
setInterval(() => {}, 60_000)
