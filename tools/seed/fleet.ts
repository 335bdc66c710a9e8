/**
 * Made-up devices for looking at a large fleet: makers that do not exist, meters that grow, supplies that fall, and all the ways in
 * which printers do not say things. Seeded: the same seed gives the same fleet.
 */
import type { Level, Meter, MeterName, Reading, Supply } from '@platen/model'

/** A seeded source of numbers from 0 up to 1 (mulberry32). */
export type Chance = () => number

/** Numbers that a seed decides. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Model {
  readonly vendor: string
  readonly model: string
  readonly colour: boolean
  readonly large: boolean
  readonly scans: boolean
  /** How the model says its levels: in its own unit, in per cent, or only that there is some. */
  readonly says: 'units' | 'percent' | 'some'
  readonly perDay: number
}

const models: readonly Model[] = [
  { vendor: 'Acme', model: 'Acme WorkCentre 4200', colour: true, large: true, scans: true, says: 'units', perDay: 420 },
  { vendor: 'Acme', model: 'Acme Desk 210', colour: false, large: false, scans: false, says: 'percent', perDay: 40 },
  { vendor: 'Borealis', model: 'Borealis C60', colour: true, large: false, scans: true, says: 'percent', perDay: 110 },
  { vendor: 'Borealis', model: 'Borealis M31', colour: false, large: false, scans: true, says: 'units', perDay: 75 },
  { vendor: 'Corvus', model: 'Corvus Press 9', colour: true, large: true, scans: true, says: 'units', perDay: 2600 },
  { vendor: 'Delfin', model: 'Delfin Ink 5', colour: true, large: false, scans: true, says: 'some', perDay: 25 },
  { vendor: 'Delfin', model: 'Delfin Label L2', colour: false, large: false, scans: false, says: 'some', perDay: 300 },
  { vendor: 'Esker', model: 'Esker MFP 350', colour: true, large: true, scans: true, says: 'percent', perDay: 260 },
]
const rooms = ['Empfang', 'Büro 2. OG', 'Lager', 'Buchhaltung', 'Flur West', 'Werkstatt', 'Konferenz 1', 'Küche']

/** One made-up device, as it was born. */
export interface MadeUpDevice {
  readonly model: Model
  readonly serial: string
  readonly mac: string
  readonly address: string
  readonly room: string
  readonly start: number
  readonly perDay: number
  readonly faults: number
}

/** Devices of one site, on addresses of a private network. */
export function devicesOf(chance: Chance, site: number, count: number): readonly MadeUpDevice[] {
  return Array.from({ length: count }, (_, place) => {
    const model = models[Math.floor(chance() * models.length)] ?? models[0]
    if (model === undefined) throw new Error('there are models')
    const number = site * 1000 + place
    const hex = number.toString(16).padStart(8, '0')
    return {
      model,
      serial: `${model.vendor.slice(0, 2).toUpperCase()}${(100_000_000 + number * 7919).toString(36).toUpperCase()}`,
      mac: `02:5e:${hex.replace(/(..)(?=.)/g, '$1:')}`,
      address: `10.${(site >> 8) & 255}.${site & 255}.${(place % 250) + 2}`,
      room: rooms[Math.floor(chance() * rooms.length)] ?? 'Flur',
      start: Math.floor(chance() * 900_000),
      perDay: Math.max(1, Math.round(model.perDay * (0.3 + chance() * 1.4))),
      faults: chance(),
    }
  })
}

const page: MeterName = { unit: 'impressions', work: 'total', colour: 'all', size: 'all', sides: 'all' }

/** What the device says `day` days after it was first looked at. `id` is the reading's name, 32 hex letters. */
export function readingOf(
  device: MadeUpDevice,
  moment: { readonly id: string; readonly at: number; readonly day: number; readonly monotonic: number },
): Reading {
  const printed = Math.floor(device.start + device.perDay * moment.day * 0.72)
  const meters = metersOf(device, printed)
  const down = device.faults > 0.96
  return {
    id: moment.id,
    at: new Date(moment.at).toISOString(),
    monotonic: moment.monotonic,
    address: device.address,
    upTime: 8_640_000 * (1 + Math.floor(moment.day)),
    identity: identityOf(device),
    meters,
    supplies: suppliesOf(device, moment.day),
    inputs: inputsOf(device),
    status: {
      device: down ? 'down' : device.faults > 0.9 ? 'warning' : 'idle',
      errors: down ? ['jammed'] : [],
      alerts: down
        ? [{ group: 8, groupIndex: 1, code: 8, severity: 'critical', training: 3, location: 1, text: 'Papierstau' }]
        : [],
    },
    checks: device.model.colour ? [checkOf(meters)] : [],
    misses: device.model.says === 'some' ? [{ subject: 'supplies.level', reason: 'absent', detail: 'says -3' }] : [],
    profile: 'standard',
    instructions: 'seed-1',
    observation: Object.fromEntries(
      meters.map((meter, place) => [meter.source.objects[0] ?? `1.${place}`, `65|${meter.value}`]),
    ),
  }
}

function identityOf(device: MadeUpDevice): Reading['identity'] {
  const { vendor, model } = device.model
  return {
    vendor,
    model,
    serial: device.faults < 0.01 ? null : device.serial,
    assetNumber: null,
    mac: device.mac,
    hostName: `prn-${device.serial.toLowerCase()}`,
    location: device.room,
    contact: null,
    firmware: '3.14.2',
    description: `${model} made up for looking at`,
    objectId: '1.3.6.1.4.1.32473.1.1',
  }
}

function metersOf(device: MadeUpDevice, printed: number): readonly Meter[] {
  const { colour, large, scans } = device.model
  const inColour = colour ? Math.floor(printed * 0.37) : 0
  const copied = scans ? Math.floor(printed * 0.21) : 0
  const values: [Partial<MeterName>, number][] = [
    [{}, printed],
    [{ work: 'print' }, printed - copied],
    [{ sides: 'duplex' }, Math.floor(printed * 0.44)],
    [{ unit: 'sheets' }, Math.floor(printed * 0.78)],
  ]
  if (colour) values.push([{ colour: 'mono' }, printed - inColour], [{ colour: 'full' }, inColour])
  if (scans) values.push([{ work: 'copy' }, copied], [{ work: 'scan' }, Math.floor(printed * 0.3)])
  if (large) {
    const big = Math.floor(printed * 0.06)
    values.push([{ size: 'large' }, big], [{ size: 'small' }, printed - big])
    if (colour) values.push([{ size: 'large', colour: 'full' }, Math.floor(big * 0.4)])
  }
  return values.map(([name, value], place) => ({
    ...page,
    ...name,
    value: BigInt(value),
    source: { objects: [`1.3.6.1.4.1.32473.2.${place}.0`], profile: 'standard', confidence: place === 0 ? 'A' : 'B' },
  }))
}

function checkOf(meters: readonly Meter[]): Reading['checks'][number] {
  const of = (colour: string) => meters.find((one) => one.colour === colour && one.size === 'all')?.value ?? 0n
  const right = of('mono') + of('full')
  const left = meters[0]?.value ?? 0n
  return { name: 'mono + full = total', left, right, holds: left === right }
}

function suppliesOf(device: MadeUpDevice, day: number): readonly Supply[] {
  const colorants = device.model.colour ? ['black', 'cyan', 'magenta', 'yellow'] : ['black']
  const ink = device.model.says === 'some'
  const toners = colorants.map((colorant, place): Supply => {
    const worn = (device.faults * 4 + place * 0.31 + (day * device.perDay) / 30_000) % 1
    return supply(device, `${place + 1}`, { kind: ink ? 'ink' : 'toner', colorant, level: levelOf(device, 1 - worn) })
  })
  if (ink) return toners
  const drum = supply(device, '9', { kind: 'drum', colorant: null, level: levelOf(device, 1 - device.faults * 0.8) })
  const waste = supply(device, '10', {
    kind: 'waste',
    colorant: null,
    class: 'receptacle',
    level: device.faults < 0.5 ? { kind: 'unknown' } : { kind: 'some' },
  })
  return [...toners, drum, waste]
}

function supply(
  device: MadeUpDevice,
  index: string,
  own: Pick<Supply, 'kind' | 'colorant' | 'level'> & { readonly class?: 'receptacle' },
): Supply {
  const colour = own.colorant === null ? '' : ` ${own.colorant}`
  return {
    class: 'consumed',
    ...own,
    index,
    description: `${device.model.vendor} ${own.kind}${colour}`,
    partNumber: `${device.model.vendor.slice(0, 2).toUpperCase()}-${own.kind.toUpperCase()}-${index}`,
    serial: null,
    unit: device.model.says === 'units' ? 'impressions' : 'percent',
    source: { objects: [`1.3.6.1.2.1.43.11.1.1.9.1.${index}`], profile: 'standard', confidence: 'A' },
  }
}

function levelOf(device: MadeUpDevice, share: number): Level {
  if (device.model.says === 'some') return { kind: 'some' }
  const capacity = device.model.says === 'percent' ? 100 : 12_000
  return { kind: 'measured', left: Math.round(Math.max(0, share) * capacity), capacity }
}

function inputsOf(device: MadeUpDevice): Reading['inputs'] {
  return ['1', '2'].map((index) => ({
    index,
    name: `Tray ${index}`,
    media: device.model.large && index === '2' ? 'iso_a3_297x420mm' : 'iso_a4_210x297mm',
    feedMicrometres: 297_000,
    crossFeedMicrometres: 210_000,
    level: index === '1' ? { kind: 'measured', left: 250, capacity: 500 } : { kind: 'some' },
    unit: 'sheets',
  }))
}
