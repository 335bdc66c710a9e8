/** Every object a device was asked, what it answered and what became of it: for a person who doubts a number. */
import type { Reading } from '@platen/model'
import type { Value } from '@platen/snmp'
import { cleanText, decodeOctets } from './charset.ts'
import type { Profile } from './instructions.ts'
import { interpret } from './normalise.ts'
import type { Observation } from './observation.ts'
import { planOf } from './plan.ts'

/** One object: its name in the profile, its answer in words, and what it became; nothing became of what only served to find a row. */
export interface ExplainedLine {
  readonly object: string
  readonly name: string
  readonly answer: string
  readonly became: readonly string[]
}

const MAX_ANSWER = 120

/** Explains a reading object by object, in the order the device was asked; scalars it did not answer are there too. */
export function explain(observation: Observation, profile: Profile, reading: Reading): readonly ExplainedLine[] {
  const plan = planOf(profile)
  const { id, at, monotonic, address } = reading
  // Makers only name the vendor, which no single object says.
  const instructions = { version: reading.instructions, makers: [] }
  const became = new Map<string, string[]>()
  interpret({ observation, profile, instructions, stamp: { id, at, monotonic, address } }, became)
  const lineOf = (object: string, value: Value | undefined): ExplainedLine => ({
    object,
    name: nameOf(object, profile),
    answer: value === undefined ? 'no such object' : answerOf(value),
    became: became.get(object) ?? [],
  })
  const unanswered = plan.scalars
    .filter(({ text }) => !observation.answers.has(text))
    .map(({ text }) => lineOf(text, undefined))
  return [...[...observation.answers].map(([object, value]) => lineOf(object, value)), ...unanswered]
}

function nameOf(object: string, profile: Profile): string {
  for (const [table, rule] of Object.entries(profile.tables)) {
    for (const [column, prefix] of Object.entries(rule.columns)) {
      if (object.startsWith(`${prefix}.`)) return `${table}.${column}[${object.slice(prefix.length + 1)}]`
    }
  }
  for (const [records, rule] of Object.entries(profile.records)) if (rule.object === object) return `records ${records}`
  return 'scalar'
}

function answerOf(value: Value): string {
  switch (value.type) {
    case 'octets':
    case 'opaque':
      return octetsAnswer(value.value)
    case 'oid':
      return value.value.text
    case 'integer':
    case 'counter32':
    case 'gauge32':
    case 'timeTicks':
    case 'counter64':
    case 'float':
    case 'address':
      return String(value.value)
    default:
      return value.type
  }
}

/** Text where it is text, hex where it is not. */
function octetsAnswer(octets: Uint8Array): string {
  const isText = octets.every((octet) => octet >= 0x20 && octet !== 0x7f)
  if (isText) return `'${cleanText(decodeOctets(octets, null, 'windows-1252'), MAX_ANSWER)}'`
  const hex = Buffer.from(octets).toString('hex')
  return `x${hex.length > MAX_ANSWER ? `${hex.slice(0, MAX_ANSWER)}...` : hex}`
}
