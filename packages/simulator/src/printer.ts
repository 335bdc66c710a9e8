/** One simulated device: an individual made of a shared mould, at some age, with its faults. Datagrams go in and come out; it has no socket. */
import { Authority, type Varbind } from '@platen/snmp'
import type { View } from './agent.ts'
import { between, type Dice, diceOf } from './dice.ts'
import { authorityOf } from './engine.ts'
import { type Fault, faultyAgent, faultyPackets, faultyView, isMute, type Packet } from './faults.ts'
import { Growth, type GrowthPlan, type Progress } from './growth.ts'
import { type IdentityPlan, type Individual, individualise } from './individual.ts'
import { type AgentSettings, respond } from './responder.ts'
import { firstFrom } from './row-index.ts'

/** What all devices made of one recording share. */
export interface Mould {
  readonly name: string
  readonly growth: GrowthPlan
  readonly identity: IdentityPlan
}

/** How one device is made. */
export interface PrinterOptions {
  readonly mould: Mould
  readonly individual: Individual
  readonly agent: AgentSettings
  readonly faults: readonly Fault[]
  /** false: it says exactly what was recorded, name and number too. */
  readonly isIndividual: boolean
  /** How many times faster than the clock it prints; 0 stands still. */
  readonly speed: number
  /** Pages printed before it was started, at most: every device begins with its own number. */
  readonly mostStartPages: number
  /** Milliseconds. */
  readonly startedAt: number
}

const HOUR = 3_600_000
/** The longest time a device was on when it is started: 40 days. */
const MOST_UP_BEFORE = 40 * 24 * HOUR
/** Devices that come in by a swap are numbered far above any fleet. */
const SWAPPED = 1_000_000

/** A device that answers datagrams. Its rows are made when it is first asked. */
export class Printer {
  readonly #options: PrinterOptions
  readonly #dice: Dice
  readonly #faults: readonly Fault[]
  #tenant: Tenant | undefined
  #now = 0
  #engine: { readonly number: number; readonly restarts: number; readonly authority: Authority } | undefined

  constructor(options: PrinterOptions) {
    this.#options = options
    this.#faults = options.faults
    this.#dice = diceOf('faults', options.individual.seed, options.individual.number)
  }

  get address(): string {
    return this.#options.individual.address
  }

  get recording(): string {
    return this.#options.mould.name
  }

  /** What leaves the device when a datagram arrives at a time. */
  answer(datagram: Uint8Array, now: number): readonly Packet[] {
    this.#now = now
    const age = now - this.#options.startedAt
    if (isMute(this.#faults, age)) return []
    const { agent } = this.#options
    const asFaulty = this.#faults.length === 0 ? agent : faultyAgent(agent, this.#faults, this.#dice)
    const bytes = respond(datagram, this.view(now), { ...asFaulty, authority: this.#authority(now) })
    if (bytes === undefined) return []
    if (this.#faults.length === 0) return [{ bytes, delay: 0, from: 'asked' }]
    return [...this.#lies(datagram), ...faultyPackets(bytes, this.#faults, this.#dice)]
  }

  /** Whether nobody stands at the address, so that the kernel says so. */
  get isAbsent(): boolean {
    return this.#faults.some(({ kind }) => kind === 'absent')
  }

  /** An unsigned Report of the very engine that is asked, long ago in its future. */
  #lies(datagram: Uint8Array): readonly Packet[] {
    const authority = this.#engine?.authority
    if (authority === undefined || !this.#faults.some(({ kind }) => kind === 'bootsJump')) return []
    const clock = { now: () => this.#now, after: () => () => undefined }
    const liar = new Authority({ engineId: authority.engineId, boots: 2_147_483_646, users: [], clock })
    const received = liar.receive(datagram)
    return received.ok || received.reply === undefined ? [] : [{ bytes: received.reply, delay: 0, from: 'asked' }]
  }

  /** The device's v3 engine, if its agent has users: made when it is first asked, and anew with every swap and restart. */
  #authority(now: number): Authority | undefined {
    const { users = [] } = this.#options.agent
    if (users.length === 0) return undefined
    const age = now - this.#options.startedAt
    const { individual } = this.#options
    const number = numberAt(individual.number, this.#faults, age)
    const { restarts, upFor } = restartsAt(this.#faults, age)
    if (this.#engine?.number !== number || this.#engine.restarts !== restarts) {
      const owner = { seed: individual.seed, number, now: () => this.#now, restarts, upFor }
      this.#engine = { number, restarts, authority: authorityOf(users, owner) }
    }
    return this.#engine.authority
  }

  /** The device's objects as they are at a time. */
  view(now: number): View {
    const age = now - this.#options.startedAt
    const number = numberAt(this.#options.individual.number, this.#faults, age)
    if (this.#tenant?.number !== number) this.#tenant = new Tenant(this.#options, number)
    const view = this.#tenant.view(age)
    return this.#faults.length === 0 ? view : faultyView(view, this.#faults, this.#dice)
  }
}

/** Which individual stands at the address. */
function numberAt(number: number, faults: readonly Fault[], age: number): number {
  const swap = faults.find((fault) => fault.kind === 'swap')
  if (swap === undefined || age < swap.after) return number
  const further = swap.every === undefined ? 0 : Math.floor((age - swap.after) / swap.every)
  return SWAPPED * (1 + further) + number
}

/** How often it was started again by now, and how long it is on since; for ever if it never was. */
function restartsAt(faults: readonly Fault[], age: number): { restarts: number; upFor: number } {
  const since = faults
    .flatMap((fault) => (fault.kind === 'reboot' ? [age - fault.after - fault.lasts] : []))
    .filter((upFor) => upFor >= 0)
  return { restarts: since.length, upFor: Math.min(...since) }
}

/** The individual that stands at an address, as long as it does. */
class Tenant {
  readonly number: number
  readonly #options: PrinterOptions
  readonly #rows: readonly Varbind[]
  readonly #growth: Growth
  readonly #startPages: number
  readonly #upBefore: number

  constructor(options: PrinterOptions, number: number) {
    const { mould, individual, isIndividual, mostStartPages } = options
    const dice = diceOf('start', individual.seed, number)
    this.number = number
    this.#options = options
    this.#rows = isIndividual ? individualise(mould.identity, { ...individual, number }) : mould.identity.rows
    this.#growth = new Growth(mould.growth, individual.seed, number)
    this.#startPages = isIndividual ? between(dice, 0, mostStartPages) : 0
    this.#upBefore = isIndividual ? between(dice, 0, MOST_UP_BEFORE) : 0
  }

  view(age: number): View {
    const rules = this.#options.mould.growth.rules
    const progress = this.#progress(age)
    const read = (row: Varbind): Varbind => {
      const rule = rules.get(row.oid)
      return rule === undefined ? row : { oid: row.oid, value: rule(progress, row.value) }
    }
    const rows = this.#rows
    return {
      get(oid) {
        const row = rows[firstFrom(rows, oid)]
        return row?.oid.equals(oid) ? read(row) : undefined
      },
      next(oid) {
        const at = firstFrom(rows, oid)
        const row = rows[at]?.oid.equals(oid) ? rows[at + 1] : rows[at]
        return row === undefined ? undefined : read(row)
      },
    }
  }

  #progress(age: number): Progress {
    const { faults } = this.#options
    const reboot = faults.find((fault) => fault.kind === 'reboot' && age >= fault.after)
    const restart = faults.find((fault) => fault.kind === 'restart' && age >= fault.after)
    const shift = faults.find((fault) => fault.kind === 'shift' && age >= fault.after)
    const upFor = reboot?.kind === 'reboot' ? age - reboot.after - reboot.lasts : this.#upBefore + age
    return {
      ...this.#growth.progress(this.#activity(age), upFor),
      ...(restart?.kind === 'restart'
        ? { restartedAt: this.#growth.progress(this.#activity(restart.after), 0).pages }
        : {}),
      ...(shift?.kind === 'shift' ? { shift: shift.pages } : {}),
    }
  }

  #activity(age: number): number {
    return this.#startPages + (this.#growth.pace * this.#options.speed * age) / HOUR
  }
}
