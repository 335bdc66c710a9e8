/**
 * `npm run bench:snmp [-- PART...] [--turns 5]`: our client beside npm net-snmp, gosnmp and the limit in C, turn about, against one
 * simulated fleet; the bars are those of docs/performance.md. Parts: read, sizes, far, lossy, sweep, link.
 */
import { parseArgs } from 'node:util'
import { type Contender, type Figures, type Job, measure, NAMES } from './contenders.ts'
import { onLink } from './link.ts'
import { builtPeer, Fleet, type FleetNature } from './programs.ts'
import { allMet, atLeast, atMost, median, printFigures, printHead } from './report.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { turns: { type: 'string', default: '5' } },
})
const turns = Number(flags.turns)
const PORT = 16_100 + (process.pid % 1_000)

/** Linux's own receive buffer, as SO_RCVBUF counts it: 208 KiB granted. */
const DEFAULT_BUFFER = 106_496

const READ: Job = {
  kind: 'read',
  first: '127.20.0.0',
  devices: 4_096,
  atOnce: 128,
  buffer: 0,
  timeout: 1_000,
  tries: 3,
  rounds: 3,
  warm: 1,
  warmSeconds: 2,
}

const parts: Readonly<Record<string, () => Promise<void>>> = { read, sizes, far, lossy, sweep, link: onLinkPart }
const peer = builtPeer()
if (!peer.ok) console.log(`gosnmp is left out: ${peer.why}`)
for (const [name, part] of Object.entries(parts)) {
  if (positionals.length === 0 || positionals.includes(name)) await part()
}
process.exitCode = allMet ? 0 : 1

type Entry = readonly [who: Contender, job: Job]

interface Run {
  readonly who: Contender
  readonly job: Job
  readonly figures: Figures[]
}

/** All contenders turn about; the median of each. Those that cannot be had are left out. */
async function compare(
  title: string,
  nature: FleetNature,
  entries: readonly Entry[],
): Promise<Map<Contender, Figures>> {
  const fleet = await Fleet.start(nature, PORT)
  const runs = entries
    .filter(([who]) => who !== 'gosnmp' || peer.ok)
    .map(([who, job]): Run => ({ who, job, figures: [] }))
  try {
    for (let turn = 0; turn < turns; turn++) {
      for (const { who, job, figures } of runs) figures.push(await measure(who, job, fleet))
    }
  } finally {
    fleet.stop()
  }
  printHead(`${title}, median of ${turns}`)
  return best(runs.map(({ who, job, figures }) => ({ who, job, figures: median(figures) })))
}

/** The limit runs with several numbers of devices at once: the quickest is the limit. */
function best(runs: readonly { who: Contender; job: Job; figures: Figures }[]): Map<Contender, Figures> {
  const found = new Map<Contender, Figures>()
  for (const { who, job, figures } of runs) {
    const known = found.get(who)
    const isComplete = figures.found === job.devices || job.kind === 'sweep'
    if (known === undefined || (isComplete && figures.wall < known.wall)) found.set(who, figures)
  }
  for (const [who, figures] of found) printFigures(NAMES[who], figures)
  return found
}

function limits(job: Job, ...numbers: readonly number[]): Entry[] {
  return numbers.map((atOnce) => ['limit', { ...job, atOnce }])
}

async function read(): Promise<void> {
  const cost = await compare('Reading 4,096 known printers, 195 objects each in 5 GETs, every value decoded', {}, [
    ...limits({ ...READ, rounds: 10 }, 128, 256),
    ['platen', READ],
    ['net-snmp', { ...READ, rounds: 1 }],
    ['gosnmp', READ],
  ])
  const ours = cost.get('platen')?.cpu ?? Number.NaN
  atLeast('times less CPU than npm net-snmp', (cost.get('net-snmp')?.cpu ?? Number.NaN) / ours, 6)
  if (peer.ok) atLeast('times less CPU than gosnmp', (cost.get('gosnmp')?.cpu ?? Number.NaN) / ours, 3)
  atMost('times the CPU of the limit', ours / (cost.get('limit')?.cpu ?? Number.NaN), 5)
}

async function sizes(): Promise<void> {
  const fleet = await Fleet.start({}, PORT)
  const counts = [1_000, 4_096, 16_384] as const
  const figures = new Map<number, Figures[]>(counts.map((count) => [count, []]))
  try {
    for (let turn = 0; turn < turns; turn++) {
      for (const devices of counts) {
        // As many devices read for each figure, so that none has more rest.
        const rounds = Math.round(16_384 / devices)
        figures.get(devices)?.push(await measure('platen', { ...READ, devices, rounds }, fleet))
      }
    }
  } finally {
    fleet.stop()
  }
  printHead(`The same for three sizes of fleet, median of ${turns}`)
  const medians = [...figures].map(([count, each]) => [count, median(each)] as const)
  for (const [count, each] of medians) printFigures(`${count} devices`, each)
  const costs = medians.map(([, { cpu }]) => cpu)
  atMost('the dearest size, times the cheapest', Math.max(...costs) / Math.min(...costs), 1.15)
}

/** Round trips of 10 ms. */
async function far(): Promise<void> {
  await distant('Reading with round trips of 10 ms, 1 % loss and the kernel’s own buffer', [10, 10])
}

async function lossy(): Promise<void> {
  await distant('Reading with 1 to 30 ms round trips, 1 % loss and the kernel’s own buffer', [1, 30])
}

async function distant(title: string, delay: readonly [number, number]): Promise<void> {
  const job: Job = { ...READ, buffer: DEFAULT_BUFFER, rounds: 3 }
  const cost = await compare(title, { loss: 100, delay }, [
    ...limits(job, 128, 512, 2_048),
    ['platen', { ...job, atOnce: 4_096 }],
    ['net-snmp', { ...job, atOnce: 512, rounds: 1, warm: 0, warmSeconds: 0 }],
    ['gosnmp', { ...job, atOnce: 512, rounds: 1, warm: 0 }],
  ])
  const [ours, limit] = [cost.get('platen'), cost.get('limit')]
  atMost('times the wall time of the limit', (ours?.wall ?? Number.NaN) / (limit?.wall ?? Number.NaN), 1.25)
  // Five requests, of which one in a hundred must be sent again.
  atMost('times the datagrams that are needed', (ours?.sent ?? Number.NaN) / (5 / 0.99), 1.1)
  atLeast('printers read', ours?.found ?? 0, job.devices)
}

async function sweep(): Promise<void> {
  const job: Job = {
    ...READ,
    kind: 'sweep',
    first: '127.64.0.0',
    devices: 65_536,
    tries: 2,
    rounds: 1,
    warm: 0,
    warmSeconds: 0,
  }
  const cost = await compare(
    'Sweeping a /16 with 1 % loss: 4,096 printers and 2,048 others',
    { loss: 100, sparse: true },
    [
      ...limits(job, 65_536),
      ['platen', job],
      ['net-snmp', { ...job, atOnce: 8_000 }],
      ['gosnmp', { ...job, atOnce: 8_000 }],
    ],
  )
  const [ours, limit] = [cost.get('platen'), cost.get('limit')]
  // An address that loses both its answers is lost to everybody: one in 10,000.
  atLeast('of 6,144 found', ours?.found ?? 0, 6_142)
  atMost('times the wall time of the limit', (ours?.wall ?? Number.NaN) / (limit?.wall ?? Number.NaN), 1.3)
  atLeast('times less CPU than npm net-snmp', (cost.get('net-snmp')?.cpu ?? Number.NaN) / (ours?.cpu ?? Number.NaN), 6)
  if (peer.ok)
    atLeast('times less CPU than gosnmp', (cost.get('gosnmp')?.cpu ?? Number.NaN) / (ours?.cpu ?? Number.NaN), 4)
  atMost('MB at its peak', ours?.memory ?? Number.NaN, 120)
}

async function onLinkPart(): Promise<void> {
  const result = await onLink({ ...READ, kind: 'sweep', tries: 2, rounds: 1, warm: 0, warmSeconds: 0 }, PORT)
  if (!result.ok) {
    console.log(`\nThe /20 on our own link is left out: ${result.why}`)
    return
  }
  printHead(`Sweeping an on-link /20 in a network namespace, ${result.there} printers`)
  printFigures(NAMES.platen, result.figures)
  atLeast(`of ${result.there} found`, result.figures.found, result.there)
}
