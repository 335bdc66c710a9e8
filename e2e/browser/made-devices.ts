/** Made-up devices for the browser tests: every kind of level, presence and miss, and names that try to be markup. */
import type { Device, MeterJson, SupplyJson } from '@platen/central/api'
import { type Level, type MeterName, meterKey } from '@platen/model'
import { madePlaces } from './made-places.ts'
import { type Dice, seededDice } from './seeded.ts'

/** Names that must be shown as they are: markup, template and translation syntax, reversed and endless text. */
export const hostileNames = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(2)</script>',
  '{{count}} $t(app.signOut) %s %00',
  'javascript:alert(4)',
  '\u202Egnp.exe',
  'W'.repeat(160),
] as const

const makers = ['Acme', 'Globex', 'Initech', 'Umbrella Büromaschinen', 'Tyrell'] as const
const models = ['Printa 4100', 'OfficeJette C650', 'Multi 8800 DN', 'Laserette 20', 'Kolor MFP 305ci'] as const
const minute = 60_000
const day = 86_400_000

/** `count` devices as seen at `now`; the first ones carry the hostile names. */
export function madeDevices(count: number, now: number): readonly Device[] {
  const dice = seededDice(count)
  return Array.from({ length: count }, (_, index) => madeDevice(dice, index, now))
}

function madeDevice(dice: Dice, index: number, now: number): Device {
  const hostile = hostileNames[index]
  const vendor = dice.pick(makers)
  const model = hostile ?? `${vendor} ${dice.pick(models)}`
  const { site, customer } = dice.pick(madePlaces.sites)
  const presence = index % 29 === 7 ? 'missing' : index % 13 === 5 ? 'late' : 'live'
  const lastSeen = now - (presence === 'live' ? dice.roll(20) * minute : presence === 'late' ? 2 * day : 12 * day)
  const serial = index % 17 === 3 ? null : `AC${dice.hex(8).toUpperCase()}`
  const hostName = hostile ?? (index % 4 === 0 ? null : `prn-${index}.example`)
  const location = hostile ?? (index % 3 === 0 ? null : dice.pick(['2nd floor, west', 'Empfang', 'Lager']))
  const brief = {
    id: `d${index + 1}`,
    vendor: hostile ?? vendor,
    model,
    serial,
    address: address(index),
    hostName,
    customer,
    site,
  }
  const meters = madeMeters(dice, index)
  return {
    ...brief,
    identity: {
      vendor: brief.vendor,
      model,
      serial,
      assetNumber: index % 5 === 0 ? `INV-${1000 + index}` : null,
      mac: `02:00:00:${dice.hex(2)}:${dice.hex(2)}:${dice.hex(2)}`,
      hostName,
      location,
      contact: null,
      firmware: `2.${dice.roll(90)}`,
      description: `${model} network printing device, firmware 2, ${hostile ?? 'duplex unit'}`,
      objectId: '1.3.6.1.4.1.99999.1.1',
    },
    presence,
    firstSeen: iso(now - 400 * day),
    lastSeen: iso(lastSeen),
    upTime: 100 * (3_600 + dice.roll(900_000)),
    onsite: { id: 'o1', name: hostile ?? 'Head office' },
    profile: 'standard',
    instructions: '2026.11.1',
    status: madeStatus(dice, index, lastSeen, hostile),
    meters: withDoubts(meters, index),
    supplies: madeSupplies(dice, index, hostile),
    inputs: madeInputs(index, hostile),
    outputs: [
      {
        index: '1.1',
        name: hostile ?? 'Face down',
        level: { kind: 'measured', left: 200, capacity: 500 },
        unit: 'sheets',
      },
      { index: '1.2', name: 'Finisher', level: { kind: 'unknown' }, unit: 'sheets' },
    ],
    covers: [{ index: '1.1', description: hostile ?? 'Front cover', state: index % 5 === 0 ? 'open' : 'closed' }],
    firmwareParts: [{ name: hostile ?? 'Engine', version: `1.${dice.roll(9)}` }],
    checks: madeChecks(meters, index),
    rereads: [],
    misses: madeMisses(index, hostile),
    // Some were cut short at their last reading: what is shown of their supplies is older.
    ...(index % 7 === 3 ? { older: { supplies: '2026-11-18T06:00:00.000Z', alerts: '2026-11-18T06:00:00.000Z' } } : {}),
    observation: Object.fromEntries(
      meters.flatMap((meter) => meter.source.objects.map((object) => [object, `65|${meter.value}`])),
    ),
    proof: { reading: dice.hex(32), at: iso(lastSeen), epoch: dice.hex(32), seq: 1_000 + index, hash: dice.hex(64) },
  }
}

function address(index: number): string {
  return `10.20.${Math.floor(index / 250)}.${(index % 250) + 1}`
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

function meter(name: Partial<MeterName>, value: bigint, object: string): MeterJson {
  const full: MeterName = { unit: 'impressions', work: 'total', colour: 'all', size: 'all', sides: 'all', ...name }
  const source = {
    objects: [object],
    profile: 'standard',
    confidence: object.startsWith('1.3.6.1.2') ? ('A' as const) : ('C' as const),
  }
  return { key: meterKey(full), ...full, value: String(value), source }
}

/** Printer-MIB life count, and private counters beneath it. The 7th device has no meter; the 8th counts past 2^53. */
function madeMeters(dice: Dice, index: number): MeterJson[] {
  if (index === 7) return []
  const base = index === 8 ? 9_007_199_254_740_993n : 0n
  const mono = base + BigInt(dice.roll(400_000))
  const full = BigInt(dice.roll(90_000))
  const own = '1.3.6.1.4.1.99999.2.1'
  const total = meter({}, mono + full, '1.3.6.1.2.1.43.10.2.1.4.1.1')
  if (index % 3 === 2) return [total]
  return [
    total,
    meter({ colour: 'mono' }, mono, `${own}.1.0`),
    meter({ colour: 'full' }, full, `${own}.2.0`),
    meter({ size: 'large' }, full / 7n, `${own}.3.0`),
    meter({ work: 'print' }, mono, `${own}.4.0`),
    meter({ work: 'print', colour: 'full', size: 'A4' }, full / 2n, `${own}.5.0`),
    meter({ work: 'copy' }, full, `${own}.6.0`),
    meter({ work: 'scan', unit: 'sheets' }, full / 3n, `${own}.7.0`),
    meter({ work: 'print', sides: 'duplex', unit: 'sheets' }, mono / 5n, `${own}.8.0`),
  ]
}

const levels: readonly Level[] = [
  { kind: 'some' },
  { kind: 'unknown' },
  { kind: 'unlimited' },
  { kind: 'measured', left: 0, capacity: 12_000 },
]

function madeSupplies(dice: Dice, index: number, hostile: string | undefined): SupplyJson[] {
  const source = { objects: ['1.3.6.1.2.1.43.11.1.1.9.1.1'], profile: 'standard', confidence: 'A' as const }
  const measured = (): Level => ({ kind: 'measured', left: dice.roll(12_001), capacity: 12_000 })
  const colours = index % 2 === 0 ? ['black', 'cyan', 'magenta', 'yellow'] : ['black']
  const toners = colours.map(
    (colorant, place): SupplyJson => ({
      index: String(place + 1),
      kind: 'toner',
      class: 'consumed',
      colorant,
      description: hostile ?? `${colorant} toner cartridge`,
      partNumber: `TN-${100 + place}`,
      serial: place === 0 ? `S${index}` : null,
      unit: 'impressions',
      level:
        place === 0 && index % 4 === 1 ? (levels[Math.floor(index / 4) % levels.length] ?? measured()) : measured(),
      source,
    }),
  )
  const rest = { colorant: null, partNumber: null, serial: null, source }
  return [
    ...toners,
    {
      ...rest,
      index: '10',
      kind: 'drum',
      class: 'consumed',
      description: 'Drum unit',
      unit: 'percent',
      level: { kind: 'measured', left: 64, capacity: 100 },
    },
    {
      ...rest,
      index: '11',
      kind: 'waste',
      class: 'receptacle',
      description: 'Waste toner box',
      unit: 'percent',
      level: index % 3 === 0 ? { kind: 'measured', left: 12, capacity: 100 } : { kind: 'some' },
    },
    {
      ...rest,
      index: '12',
      kind: 'staples',
      class: 'consumed',
      description: 'Staple cartridge',
      unit: 'items',
      level: { kind: 'unknown' },
    },
  ]
}

function madeInputs(index: number, hostile: string | undefined): Device['inputs'] {
  const a4 = { feedMicrometres: 297_000, crossFeedMicrometres: 210_000 }
  return [
    {
      index: '1',
      name: hostile ?? 'Tray 1',
      media: 'stationery',
      ...a4,
      level: { kind: 'measured', left: 340, capacity: 500 },
      unit: 'sheets',
    },
    {
      index: '2',
      name: 'Tray 2',
      media: null,
      feedMicrometres: 431_800,
      crossFeedMicrometres: 279_400,
      level: { kind: 'some' },
      unit: 'sheets',
    },
    {
      index: '3',
      name: 'Bypass',
      media: null,
      feedMicrometres: null,
      crossFeedMicrometres: null,
      level: index % 2 === 0 ? { kind: 'unknown' } : { kind: 'measured', left: 0, capacity: 100 },
      unit: 'sheets',
    },
  ]
}

function madeStatus(dice: Dice, index: number, at: number, hostile: string | undefined): Device['status'] {
  if (index % 6 !== 1) return { device: index % 5 === 0 ? 'standby' : 'idle', errors: [], alerts: [] }
  const since = iso(at - dice.roll(40) * 3_600_000)
  return {
    device: index % 12 === 1 ? 'down' : 'warning',
    errors: index % 12 === 1 ? ['jammed', 'lowToner'] : ['lowToner'],
    alerts: [
      {
        group: 11,
        groupIndex: 1,
        code: 1_104,
        severity: 'warning',
        training: 3,
        location: 1,
        text: hostile ?? 'Toner low: black',
        since,
      },
      ...(index % 12 === 1
        ? [
            {
              group: 13,
              groupIndex: 2,
              code: 8,
              severity: 'critical' as const,
              training: 4,
              location: 3,
              text: 'Paper jam in duplex unit',
              since,
            },
          ]
        : []),
    ],
  }
}

/** Of some devices one meter is known by few, of others the sum of colours does not hold. */
function withDoubts(meters: readonly MeterJson[], index: number): MeterJson[] {
  return meters.map((meter, place) => {
    if (index % 3 === 1 && place === 3) return { ...meter, doubt: 'unproved' }
    return index % 4 === 0 && place < 3 ? { ...meter, doubt: 'disputed' } : meter
  })
}

function madeChecks(meters: readonly MeterJson[], index: number): Device['checks'] {
  const [total, mono, full] = meters
  if (total === undefined || mono === undefined || full === undefined) return []
  const right = BigInt(mono.value) + BigInt(full.value) - (index % 4 === 0 ? 434n : 0n)
  return [
    { name: 'mono + full = total', left: String(right), right: total.value, holds: String(right) === total.value },
    { name: 'print + copy = total', left: total.value, right: total.value, holds: true },
  ]
}

function madeMisses(index: number, hostile: string | undefined): Device['misses'] {
  if (index % 5 === 4) return []
  return [
    { subject: 'serial', reason: 'placeholder', detail: hostile ?? 'the device answered XXXX' },
    { subject: 'total.all.all.duplex/sheets', reason: 'absent', detail: '1.3.6.1.4.1.99999.2.1.9.0: noSuchInstance' },
  ]
}
