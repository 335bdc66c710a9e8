/** A score as JSON for programs and as tables for people. */
import type { SessionCost } from '@platen/snmp'
import { attributes, type Fate, fates, type Mark } from './marks.ts'
import type { Score, ScoredDevice } from './score.ts'

type Counts = Record<Fate, number>

/** The score as other programs read it; lists hold names of recordings. */
export function jsonOf({ devices, nonprinters, odd, identities }: Score) {
  const marks = devices.flatMap((device) => device.marks)
  const again = devices.flatMap((device) => device.again ?? [])
  return {
    recordings: devices.length + nonprinters.seen + odd.met + odd.unmet.length,
    printers: {
      recognised: devices.filter(({ isRecognised }) => isRecognised).length,
      missed: namesOf(devices.filter(({ isRecognised, hasEvidence }) => hasEvidence && !isRecognised)),
    },
    nonprinters: { accepted: nonprinters.accepted },
    odd: { met: odd.met, unmet: namesOf(odd.unmet) },
    attributes: Object.fromEntries(
      attributes.map((attribute) => [attribute, countsOf(marks.filter((mark) => mark.attribute === attribute))]),
    ),
    identities: { held: identities.held, broken: namesOf(identities.broken) },
    cost: costOf(devices.map(({ cost }) => cost)),
    costs: {
      /** Of devices that can be remembered, so that all may be compared. */
      devices: again.length,
      full: costOf(devices.filter((device) => device.again !== null).map(({ cost }) => cost)),
      steady: costOf(again.map(({ steady }) => steady)),
      supplies: costOf(again.map(({ supplies }) => supplies)),
      status: costOf(again.map(({ status }) => status)),
      meters: costOf(again.map(({ meters }) => meters)),
    },
  }
}

function costOf(all: readonly Readonly<SessionCost>[]): Readonly<SessionCost> {
  const cost = { requests: 0, varbinds: 0, bytesOut: 0, bytesIn: 0 }
  for (const { requests, varbinds, bytesOut, bytesIn } of all) {
    cost.requests += requests
    cost.varbinds += varbinds
    cost.bytesOut += bytesOut
    cost.bytesIn += bytesIn
  }
  return cost
}

const namesOf = (all: readonly { readonly name: string }[]): readonly string[] => all.map(({ name }) => name)

function countsOf(marks: readonly Mark[]): Counts {
  const counts: Counts = { right: 0, missing: 0, wrong: 0, invented: 0 }
  for (const { fate } of marks) counts[fate] += 1
  return counts
}

/** The score in words: attribute by attribute, vendor by vendor, what each device cost, and everything that is not right. */
export function textOf(score: Score): string {
  const { devices, nonprinters, odd, identities } = score
  const json = jsonOf(score)
  const without = devices.filter(({ isRecognised, hasEvidence }) => !isRecognised && !hasEvidence)
  return [
    ...attributeTable(devices),
    '',
    ...costTable(devices),
    '',
    ...faultsOf(devices),
    '',
    `${json.recordings} recordings`,
    `printers: ${json.printers.recognised} recognised, ${listOf('missed', json.printers.missed)}; ${listOf('hold nothing a probe could see', namesOf(without))}`,
    `other devices: ${nonprinters.seen}, ${listOf('taken for printers', nonprinters.accepted)}`,
    `odd cases: ${odd.met} met, ${listOf(
      'unmet',
      odd.unmet.map(({ name, why }) => `${name} (${why})`),
    )}`,
    `sums: ${identities.held} held, ${listOf(
      'broken',
      identities.broken.map(({ name, why }) => `${name} (${why})`),
    )}`,
  ].join('\n')
}

const listOf = (word: string, names: readonly string[]): string =>
  names.length === 0 ? `0 ${word}` : `${names.length} ${word}: ${names.join(', ')}`

function attributeTable(devices: readonly ScoredDevice[]): readonly string[] {
  const vendors = [...new Set(devices.map(({ vendor }) => vendor))].sort()
  const lines = attributes.flatMap((attribute) => {
    const of = (some: readonly ScoredDevice[]): Counts =>
      countsOf(some.flatMap(({ marks }) => marks).filter((mark) => mark.attribute === attribute))
    const single = vendors
      .map((vendor) => row('', vendor, of(devices.filter((device) => device.vendor === vendor))))
      .filter((line) => line.total > 0)
    return [row(attribute, 'all', of(devices)), ...single].map(({ text }) => text)
  })
  return [`${cells(['attribute', 'vendor'])} ${fates.map((fate) => fate.padStart(9)).join('')}`, ...lines]
}

function row(attribute: string, vendor: string, counts: Counts): { readonly text: string; readonly total: number } {
  const numbers = fates.map((fate) => String(counts[fate]).padStart(9)).join('')
  return { text: `${cells([attribute, vendor])} ${numbers}`, total: fates.reduce((sum, fate) => sum + counts[fate], 0) }
}

const cells = ([first = '', second = '']: readonly string[]): string => `${first.padEnd(15)} ${second.padEnd(18)}`

/** A full read with its probe; then, where the device can be remembered, requests and octets both ways of later visits. */
function costTable(devices: readonly ScoredDevice[]): readonly string[] {
  const right = (words: readonly (string | number)[]): string => words.map((word) => String(word).padStart(11)).join('')
  const both = (cost: Readonly<SessionCost>) => [cost.requests, cost.bytesOut + cost.bytesIn]
  const kinds = ['steady', 'supplies', 'status', 'meters'] as const
  const head = right(['requests', 'varbinds', 'octets out', 'octets in', ...kinds.flatMap((kind) => [kind, 'octets'])])
  return [
    `${'recording'.padEnd(48)}${'profile'.padEnd(18)}${head}`,
    ...devices.map(({ name, profile, cost, again }) => {
      const full = [cost.requests, cost.varbinds, cost.bytesOut, cost.bytesIn]
      const later = again === null ? [] : kinds.flatMap((kind) => both(again[kind]))
      return `${name.padEnd(48)}${(profile ?? '-').padEnd(18)}${right([...full, ...later])}`
    }),
  ]
}

/** Everything that is not right, by vendor and device: the list of what to do next. */
function faultsOf(devices: readonly ScoredDevice[]): readonly string[] {
  const sorted = [...devices].sort((one, other) => one.vendor.localeCompare(other.vendor, 'en'))
  return sorted.flatMap(({ vendor, name, marks }) =>
    marks
      .filter(({ fate }) => fate !== 'right')
      .map(({ attribute, fate, detail }) => `${vendor}: ${name}: ${attribute} ${fate}: ${detail}`),
  )
}
