/** What Onsite's own tests stand on: state folders that are cleaned away, a small made-up fleet, an Onsite that is enrolled. */

import { createSocket } from 'node:dgram'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type AgentSettings, type Fault, parseSnmprec, startFleet } from '@platen/simulator'
import { systemClock } from '@platen/snmp'
import { makeInstructionKey, signBundle } from '@platen/wire'
import { FakeCentral } from './fake-central.testing.ts'
import { type Onsite, type OnsiteOptions, openOnsite } from './onsite.ts'
import { type Clock, type LogLine, realWorld, type World } from './world.ts'

export const bundleFile = resolve(import.meta.dirname, '../../../knowledge/instructions.gen.json')

/** An ordinary mono printer of a made-up maker: standard objects only. */
export const printer = [
  '1.3.6.1.2.1.1.1.0|4|Acme LaserThing 9000',
  '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1.1',
  '1.3.6.1.2.1.1.3.0|67|123456',
  '1.3.6.1.2.1.1.5.0|4|lobby-printer',
  '1.3.6.1.2.1.1.6.0|4|Third floor',
  '1.3.6.1.2.1.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5',
  '1.3.6.1.2.1.25.3.2.1.3.1|4|Acme LaserThing 9000',
  '1.3.6.1.2.1.25.3.2.1.5.1|2|2',
  '1.3.6.1.2.1.25.3.5.1.1.1|2|3',
  '1.3.6.1.2.1.43.5.1.1.16.1|4|LaserThing 9000',
  '1.3.6.1.2.1.43.5.1.1.17.1|4|ACME123456',
  '1.3.6.1.2.1.43.10.2.1.3.1.1|2|7',
  '1.3.6.1.2.1.43.10.2.1.4.1.1|65|41234',
  '1.3.6.1.2.1.43.11.1.1.3.1.1|2|1',
  '1.3.6.1.2.1.43.11.1.1.4.1.1|2|3',
  '1.3.6.1.2.1.43.11.1.1.5.1.1|2|3',
  '1.3.6.1.2.1.43.11.1.1.6.1.1|4|Black toner',
  '1.3.6.1.2.1.43.11.1.1.7.1.1|2|19',
  '1.3.6.1.2.1.43.11.1.1.8.1.1|2|100',
  '1.3.6.1.2.1.43.11.1.1.9.1.1|2|61',
  '1.3.6.1.2.1.43.12.1.1.4.1.1|4|black',
].join('\n')

/** Something that answers SNMP and prints nothing. */
export const aSwitch = [
  '1.3.6.1.2.1.1.1.0|4|Acme Switch 24',
  '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99998.1',
  '1.3.6.1.2.1.1.3.0|67|99',
  '1.3.6.1.2.1.2.1.0|2|24',
].join('\n')

export class Rig {
  readonly #ends: (() => void | Promise<void>)[] = []
  readonly lines: LogLine[] = []

  folder(): string {
    const made = mkdtempSync(join(tmpdir(), 'platen-onsite-'))
    this.#ends.push(() => rmSync(made, { recursive: true, force: true }))
    return made
  }

  /** Called after each test. */
  async clear(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end()
    this.lines.length = 0
  }

  later(end: () => void | Promise<void>): void {
    this.#ends.push(end)
  }

  world(changes: Partial<World> = {}): World {
    const real = realWorld({ wall: Date.now, dice: Math.random, log: (line) => this.lines.push(line) })
    return { ...real, ...changes }
  }

  async central(): Promise<FakeCentral> {
    const central = await FakeCentral.start()
    this.later(() => central.close())
    return central
  }

  /** A fleet made of these recordings in turn, from the base address on. */
  async fleet(options: {
    base: string
    recordings: readonly string[]
    count: number
    faults?: (number: number) => readonly Fault[]
    agent?: Partial<AgentSettings>
    port?: number
    /** false: every device is the very one of its recording. */
    individual?: boolean
  }) {
    const port = options.port ?? (await freePort())
    const { base, count, faults, agent, individual = true } = options
    const recordings = options.recordings.map((text, at) => ({
      name: `recording-${at}`,
      rows: parseSnmprec(text).rows,
    }))
    const fleet = await startFleet({
      recordings,
      port,
      base,
      count,
      seed: 1,
      clock: systemClock,
      individual,
      ...(faults === undefined ? {} : { faults }),
      ...(agent === undefined ? {} : { agent }),
    })
    this.later(() => fleet.close())
    return { fleet, port }
  }

  /** A state folder with a scope, and with instructions unless they are left out. */
  prepared(scope: string, instructions = true, place?: string): string {
    const folder = place ?? this.folder()
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'scope.toml'), scope)
    if (instructions) installTestInstructions(folder)
    return folder
  }

  open(folder: string, changes: Partial<OnsiteOptions> = {}): Onsite {
    const opened = openOnsite({ folder, world: this.world(), ...changes })
    if (!opened.ok) throw new Error(`${opened.reason} ${opened.detail}`)
    this.later(() => opened.onsite.close())
    return opened.onsite
  }

  async enrolled(options: {
    scope: string
    central: FakeCentral
    snmpPort?: number
    changes?: Partial<OnsiteOptions>
    /** Where the state is to be, if not in a folder of its own. */
    folder?: string
  }) {
    const folder = this.prepared(options.scope, true, options.folder)
    const onsite = this.open(folder, options.changes)
    const wish = { server: options.central.url, email: 'print@example.test', password: options.central.password }
    const enrolled = await onsite.enrol({ ...wish, snmpPort: options.snmpPort ?? 16161 })
    if (!enrolled.ok) throw new Error(`${enrolled.reason} ${enrolled.detail}`)
    return { folder, onsite }
  }
}

export function installTestInstructions(folder: string): void {
  const { publicPem, privatePem } = makeInstructionKey()
  writeFileSync(join(folder, 'trust.pem'), publicPem)
  writeFileSync(join(folder, 'instructions.signed'), signBundle(readFileSync(bundleFile, 'utf8'), privatePem))
}

/** A clock whose long waits are over at once and add up; short ones, such as those of packets, are real. */
export function hastyClock(real: Clock): Clock & { skipped: number } {
  const clock = {
    skipped: 0,
    now: () => real.now() + clock.skipped,
    wall: () => real.wall() + clock.skipped,
    life: real.life,
    after: (milliseconds: number, callback: () => void) => {
      if (milliseconds < 2000) return real.after(milliseconds, callback)
      return real.after(1, () => {
        clock.skipped += milliseconds
        callback()
      })
    },
  }
  return clock
}

/** A UDP port that nobody had a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}
