import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeInstructionKey, packInstructions, signBundle } from '@platen/wire'
import { afterEach, describe, expect, it } from 'vitest'
import { plainSettings, send } from './fake-central.testing.ts'
import type { Onsite } from './onsite.ts'
import { bundleFile, hastyClock, printer, Rig } from './rig.testing.ts'
import { run } from './run.ts'
import { statusScreen } from './screens.ts'
import { statusOf } from './status.ts'
import { german } from './words-de.ts'
import { english } from './words-en.ts'

const rig = new Rig()
afterEach(() => rig.clear())

interface Bundle {
  format: number
  version: string
  profiles: { profile: string; meters: unknown[]; tables: Record<string, unknown> }[]
}
const key = makeInstructionKey()
const bundle = (): Bundle => JSON.parse(readFileSync(bundleFile, 'utf8'))
/** The instructions of the repository as another version, changed as wanted. */
function signed(version: string, change: (bundle: Bundle) => void = () => {}, pem = key.privatePem): string {
  const made = { ...bundle(), version }
  change(made)
  return signBundle(JSON.stringify(made), pem)
}

/** An Onsite with version 5 in force and printers from this address on. */
async function ready(base: string, options: { count?: number; delay?: number; first?: string | null } = {}) {
  const central = await rig.central()
  const { count = 2, delay, first = signed('5.0.0') } = options
  const slow = delay === undefined ? {} : { faults: () => [{ kind: 'slow', delay } as const] }
  const { port, fleet } = await rig.fleet({ base, recordings: [printer], count, ...slow })
  const scope = `demo = true\nranges = ["${base}-${base.replace(/\d+$/, String(count))}"]\n`
  const world = rig.world()
  const clock = hastyClock(world.clock)
  const made = await rig.enrolled({ scope, central, snmpPort: port, changes: { world: { ...world, clock } } })
  writeFileSync(join(made.folder, 'trust.pem'), key.publicPem)
  if (first === null) rmSync(join(made.folder, 'instructions.signed'))
  else writeFileSync(join(made.folder, 'instructions.signed'), first)
  return { ...made, central, fleet, clock }
}

const inForce = (onsite: Onsite) => {
  const { instructions } = onsite.local
  return instructions.ok ? instructions.instructions.version : instructions.reason
}

/** Delivers and answers what came of the offer. */
async function renewed(onsite: Onsite) {
  const done = await onsite.deliver()
  if (!done.ok) throw new Error(`${done.reason} ${done.detail}`)
  const { renewal } = done
  return renewal?.kind === 'refused' ? renewal.reason : (renewal?.kind ?? 'no offer')
}

describe('instructions that Central offers are refused, and the old ones stay,', () => {
  const endless = `${'{"first":['.repeat(20_000)}1${']}'.repeat(20_000)}`
  /** So that it does not inflate too far to be looked at. */
  const noise = randomBytes(20_000).toString('base64')
  const meter = { unit: 'impressions', confidence: 'A' }
  const badOnes: readonly (readonly [string, string, string, string])[] = [
    ['of another key', '6.0.0', signed('6.0.0', undefined, makeInstructionKey().privatePem), 'badSignature'],
    ['unsigned', '6.0.0', JSON.stringify(bundle()), 'notSigned'],
    ['that are older', '4.9.9', signed('4.9.9'), 'older'],
    ['of another version than announced', '6.0.0', signed('4.0.0'), 'otherVersion'],
    ['without an order', 'newest', signed('newest'), 'noOrder'],
    [
      'of a form that is not known',
      '6.0.0',
      signed('6.0.0', (one) => void Object.assign(one, { format: 2 })),
      'otherFormat',
    ],
    [
      'that ask for a denied object',
      '6.0.0',
      signed('6.0.0', ({ profiles }) =>
        profiles[0]?.meters.push({ ...meter, value: { get: '1.3.6.1.2.1.43.16.5.1.2.1.1' } }),
      ),
      'badInstructions',
    ],
    [
      'with an unknown verb',
      '6.0.0',
      signed('6.0.0', ({ profiles }) => profiles[0]?.meters.push({ ...meter, value: { walk: '1.3.6.1.2.1.43' } })),
      'badInstructions',
    ],
    [
      'with terms in terms without an end',
      '6.0.0',
      signBundle(
        `{"format":1,"version":"6.0.0","x":"${noise}","profiles":[{"meters":[{"value":${endless}}]}]}`,
        key.privatePem,
      ),
      'badInstructions',
    ],
    [
      'that extend one another',
      '6.0.0',
      signed('6.0.0', ({ profiles }) => void Object.assign(profiles[0] ?? {}, { extends: 'standard' })),
      'badInstructions',
    ],
    ['that are too large', '6.0.0', signBundle('a'.repeat(8 * 1024 * 1024 + 1), key.privatePem), 'tooLarge'],
  ]

  it.each(badOnes)('%s', async (_, version, file, reason) => {
    const { onsite, central } = await ready('127.41.0.1')
    central.offer(version, file)
    expect(await renewed(onsite)).toBe(reason)
    expect(statusOf(onsite).renewal).toMatchObject({ waits: null, refused: { version, reason } })
    expect(await onsite.round()).toMatchObject({ ok: true, tally: { kept: 2 } })
    expect(inForce(onsite)).toBe('5.0.0')
    const asked = () => central.requests.filter((one) => one.includes('/onsite/instructions/')).length
    const before = asked()
    expect(before).toBe(['older', 'noOrder'].includes(reason) ? 0 : 1)
    // Told once, shown always, and not fetched again visit after visit.
    await onsite.deliver()
    await onsite.deliver()
    const told = central.contacts.flatMap(({ problems }) => problems)
    expect(told.filter((one) => one.startsWith(`instructions ${version} refused: ${reason}`))).toHaveLength(1)
    expect(asked()).toBe(before)
    for (const words of [english, german]) expect(statusScreen(words, statusOf(onsite))).toContain(reason)
  })

  it('that are cut on the way, wherever, or that Central no longer has; the next visit asks again', async () => {
    const { onsite, central } = await ready('127.41.1.1')
    const { packed } = packInstructions(signed('6.0.0'))
    central.offer('6.0.0', signed('6.0.0'))
    for (const [end, reason] of [
      [0, 'cut'],
      [packed.length >> 1, 'cut'],
      [packed.length - 1, 'cut'],
      [-1, 'refused'],
      [-2, 'reset'],
      [-3, 'proxyLogin'],
    ] as const) {
      central.onRequest = (path, response) => {
        if (!path.startsWith('/onsite/instructions/')) return false
        if (end >= 0) send(response, 200, packed.subarray(0, end))
        else if (end === -1) send(response, 404, '{"refused":"unknownInstructions"}')
        else if (end === -2) response.destroy()
        else send(response, 407, 'sign in', {})
        return true
      }
      expect([end, await renewed(onsite)]).toEqual([end, reason])
      expect(statusOf(onsite).renewal).toMatchObject({ waits: null, refused: { version: '6.0.0', reason } })
    }
    await onsite.round()
    expect(inForce(onsite)).toBe('5.0.0')
    central.onRequest = null
    expect(await renewed(onsite)).toBe('waits')
    expect(statusOf(onsite).renewal).toMatchObject({ waits: '6.0.0', refused: null })
  })

  it('and what was laid aside is looked at once more when its time comes', async () => {
    const { onsite, central, folder } = await ready('127.41.2.1')
    central.offer('6.0.0', signed('6.0.0'))
    expect(await renewed(onsite)).toBe('waits')
    const other = makeInstructionKey()
    writeFileSync(join(folder, 'instructions.next'), signed('6.0.0', undefined, other.privatePem))
    await onsite.round()
    expect(inForce(onsite)).toBe('5.0.0')
    expect(existsSync(join(folder, 'instructions.next'))).toBe(false)
    expect(statusOf(onsite).renewal.refused).toMatchObject({ reason: 'badSignature' })
  })
})

describe('instructions that Central offers', () => {
  it('are fetched in the same visit, in force from the next round, and named by what it reads', async () => {
    const { onsite, central, folder } = await ready('127.42.0.1')
    central.offer('5.10.0', signed('5.10.0'))
    expect(await renewed(onsite)).toBe('waits')
    expect(inForce(onsite)).toBe('5.0.0')
    expect(statusScreen(english, statusOf(onsite))).toContain('5.0.0; 5.10.0 waits for the next round')
    expect(await renewed(onsite)).toBe('none')
    const versions: string[] = []
    await onsite.round({ onKept: (kept) => versions.push(...kept.map(({ reading }) => reading.instructions)) })
    expect(versions).toEqual(['5.10.0', '5.10.0'])
    expect(inForce(onsite)).toBe('5.10.0')
    expect(readFileSync(join(folder, 'instructions.last'), 'utf8')).toBe(signed('5.0.0'))
    expect(statusOf(onsite).renewal).toEqual({ waits: null, trial: null, refused: null })
    expect(onsite.ledger.last(9).map(({ what }) => what)).toContain('instructions')
    expect(await renewed(onsite)).toBe('none')
    expect(central.requests.filter((one) => one.includes('/instructions/'))).toHaveLength(1)
  })

  it('never come in force in the middle of a round, also when Central is called meanwhile', async () => {
    const { onsite, central } = await ready('127.42.1.1', { count: 6, delay: 40 })
    central.offer('6.0.0', signed('6.0.0'))
    const versions: string[] = []
    let meanwhile: Promise<string> | null = null
    await onsite.round({
      onFate: () => {
        meanwhile ??= renewed(onsite)
      },
      onKept: (kept) => versions.push(...kept.map(({ reading }) => reading.instructions)),
    })
    expect(await meanwhile).toBe('waits')
    expect(new Set(versions)).toEqual(new Set(['5.0.0']))
    // Two rounds at once: the second begins in the first one.
    let second: ReturnType<Onsite['round']> | null = null
    central.offer('7.0.0', signed('7.0.0'))
    await renewed(onsite)
    await onsite.round({
      onFate: () => {
        second ??= onsite.round()
      },
    })
    await second
    expect(inForce(onsite)).toBe('7.0.0')
  })

  it('may be the first ones: enrolled with the trusted key alone, the service reads as soon as they have come', async () => {
    const { onsite, central, clock } = await ready('127.42.2.1', { first: null })
    expect(await onsite.round()).toMatchObject({ ok: false, reason: 'missing' })
    central.offer('1.0.0', signed('1.0.0'))
    const stop = new AbortController()
    await run(onsite, { signal: stop.signal, onRound: (done) => done.ok && stop.abort() })
    expect(clock.skipped).toBeLessThan(5 * 60_000)
    expect(inForce(onsite)).toBe('1.0.0')
  })

  it('are not gone back from by whatever Central says later, or after a fall-back', async () => {
    const { onsite, central } = await ready('127.42.3.1')
    central.offer('6.0.0', signed('6.0.0'))
    await renewed(onsite)
    await onsite.round()
    central.offer('5.0.0', signed('5.0.0'))
    expect(await renewed(onsite)).toBe('older')
    central.settings = { ...plainSettings, version: 9 }
    expect(await renewed(onsite)).toBe('older')
    expect(inForce(onsite)).toBe('6.0.0')
  })
})

describe('instructions under which nothing can be read any more', () => {
  const blind = (version: string) =>
    signed(version, ({ profiles }) => profiles.forEach((one) => void one.meters.splice(0)))

  it('are taken back after two rounds, said and told, and not taken again; a higher version is', async () => {
    const { onsite, central } = await ready('127.43.0.1')
    await onsite.round()
    central.offer('6.0.0', blind('6.0.0'))
    expect(await renewed(onsite)).toBe('waits')
    await onsite.round()
    expect(inForce(onsite)).toBe('6.0.0')
    expect(statusScreen(english, statusOf(onsite))).toContain('on trial')
    await onsite.round()
    expect(inForce(onsite)).toBe('5.0.0')
    expect(statusOf(onsite).renewal).toMatchObject({ trial: null, refused: { version: '6.0.0', reason: 'unreadable' } })
    expect(await renewed(onsite)).toBe('none')
    expect(central.contacts.flatMap(({ problems }) => problems).join()).toContain(
      'instructions 6.0.0 refused: unreadable',
    )
    central.offer('6.0.1', signed('6.0.1'))
    expect(await renewed(onsite)).toBe('waits')
    await onsite.round()
    expect(inForce(onsite)).toBe('6.0.1')
  })

  it('are taken back to the last good ones, also when newer blind ones came in between', async () => {
    const { onsite, central } = await ready('127.43.1.1')
    await onsite.round()
    for (const version of ['6.0.0', '7.0.0']) {
      central.offer(version, blind(version))
      await renewed(onsite)
      await onsite.round()
    }
    await onsite.round()
    expect(inForce(onsite)).toBe('5.0.0')
  })

  it('stay while the printers are only silent', async () => {
    const { onsite, central, fleet } = await ready('127.43.2.1')
    await onsite.round()
    central.offer('6.0.0', signed('6.0.0'))
    await renewed(onsite)
    await fleet.close()
    for (let round = 0; round < 3; round += 1) await onsite.round()
    expect(inForce(onsite)).toBe('6.0.0')
    expect(statusOf(onsite).renewal).toMatchObject({ trial: '6.0.0', refused: null })
  })
})

describe('killed with SIGKILL while instructions are exchanged', () => {
  it('12 times: the old or the new are in force, never none, and never older ones than before', {
    timeout: 120_000,
  }, async () => {
    const { onsite, folder } = await ready('127.44.0.1', { first: signed('5') })
    onsite.close()
    const child = resolve(import.meta.dirname, 'swapped.testing.ts')
    let last = 5
    const env = { NODE_COMPILE_CACHE: rig.folder() }
    execFileSync(process.execPath, [resolve(import.meta.dirname, 'main.ts'), '--help'], { env, stdio: 'ignore' })
    for (let kill = 0; kill < 12; kill += 1) {
      const files = [1, 2, 3, 4].map((more) => {
        const file = join(folder, `offer-${more}`)
        writeFileSync(file, signed(`${last + more}`))
        return file
      })
      const running = spawn(process.execPath, [child, folder, ...files], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env,
      })
      rig.later(() => void running.kill('SIGKILL'))
      await afterDots(running, kill % 4)
      running.kill('SIGKILL')
      await once(running, 'exit')
      const opened = rig.open(folder)
      const now = Number(inForce(opened))
      expect(now).toBeGreaterThanOrEqual(last)
      expect(now).toBeLessThanOrEqual(last + 4)
      const { waiting } = opened.local
      expect(waiting.ok || waiting.reason).not.toBe('notSigned')
      expect(opened.ledger.firstBroken()).toBe(null)
      opened.close()
      last = now
    }
    expect(last).toBeGreaterThan(12)
  })
})

/** Waits for so many dots and then some milliseconds, so that every step of an exchange is hit. */
async function afterDots(running: ChildProcess, many: number): Promise<void> {
  let seen = 0
  await new Promise<void>((done) => {
    running.stdout?.on('data', (part) => {
      seen += String(part).length
      if (seen > many) done()
    })
  })
  await new Promise((done) => setTimeout(done, Math.random() * 25))
}
