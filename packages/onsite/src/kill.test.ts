import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { printer, Rig } from './rig.testing.ts'

const rig = new Rig()
afterEach(() => rig.clear())

const KILLS = 20
/** One full envelope and one that is not. */
const PRINTERS = 70
const child = resolve(import.meta.dirname, 'killed.testing.ts')

describe('killed with SIGKILL at any moment of a round', () => {
  it(`${KILLS} times: every reading it acknowledged to itself arrives exactly once, and no number is missing`, {
    timeout: 150_000,
  }, async () => {
    const central = await rig.central()
    const { port } = await rig.fleet({
      base: '127.34.0.1',
      recordings: [printer],
      count: PRINTERS,
      // One in ten a little late, so that moments differ and a round is not one burst.
      faults: (number) => (number % 10 === 0 ? [{ kind: 'slow', delay: 60 }] : []),
    })
    const { folder, onsite } = await rig.enrolled({
      scope: 'demo = true\nranges = ["127.34.0.1-127.34.0.70"]\n',
      central,
      snmpPort: port,
    })
    onsite.close()
    const acknowledged = join(folder, 'acknowledged.txt')
    writeFileSync(acknowledged, '')
    // Killed processes leave no compile cache behind; one that ends well makes the twenty starts quicker.
    const env = { NODE_COMPILE_CACHE: rig.folder() }
    execFileSync(process.execPath, [resolve(import.meta.dirname, 'main.ts'), '--help'], { env, stdio: 'ignore' })
    for (let kill = 0; kill < KILLS; kill += 1) {
      const running = spawn(process.execPath, [child, folder, acknowledged], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env,
      })
      rig.later(() => void running.kill('SIGKILL'))
      await dots(running, Math.floor(Math.random() * 2 * PRINTERS))
      running.kill('SIGKILL')
      const [code, signal] = await once(running, 'exit')
      expect([code, signal]).toEqual([null, 'SIGKILL'])
    }
    const last = rig.open(folder)
    while (last.outbox.waiting().envelopes > 0) expect(await last.deliver()).toMatchObject({ ok: true })
    const ids = readFileSync(acknowledged, 'utf8').trimEnd().split('\n')
    expect(ids.filter((id) => central.readings.get(id) !== 1)).toEqual([])
    expect([...central.readings.values()].filter((times) => times !== 1)).toEqual([])
    expect(central.forks).toBe(0)
    expectWhole([...central.envelopes.keys()])
    expect(last.ledger.firstBroken()).toBe(null)
    // Enough was at stake; some 80 readings a kill.
    expect(ids.length).toBeGreaterThan(400)
  })
})

/** Waits until the child has asked so many addresses: moments are chosen by progress, so that a busy machine tests the same. */
async function dots(running: ChildProcess, many: number): Promise<void> {
  if (running.stdout === null) throw new Error('the child has a pipe')
  let seen = 0
  for await (const part of running.stdout) {
    seen += String(part).length
    if (seen > many) return
  }
}

/** Every epoch's numbers are 1, 2, 3 ... without a gap: nothing was numbered and lost. */
function expectWhole(places: readonly string[]): void {
  const epochs = new Map<string, number[]>()
  for (const place of places) {
    const [epoch = '', seq] = place.split(':')
    epochs.set(epoch, [...(epochs.get(epoch) ?? []), Number(seq)])
  }
  expect(epochs.size).toBe(1)
  for (const numbers of epochs.values()) {
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: numbers.length }, (_, at) => at + 1))
  }
}
