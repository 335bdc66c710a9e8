/** A recording explained, as lines for a terminal: who it is and why, every question with its answer, and what came of it. */
import { explain, questions } from '@platen/collector'
import { type Level, meterKey, type Reading } from '@platen/model'
import type { Varbind } from '@platen/snmp'
import type { Read } from '../score/read.ts'

/** Lines about a device that was read; about one that was not, see `strangerLines`. */
export function explainLines(read: Read, isUnusedTold: boolean): readonly string[] {
  const { reading, asked, cost, recording } = read
  if (reading === null || asked === null) return strangerLines(read)
  const { vendor, model, serial } = reading.identity
  const lines = explain(asked.observation, asked.profile, reading)
  const answered = lines.filter(({ answer }) => answer !== NOTHING)
  return [
    `${read.name}: ${[vendor, model].filter((part) => part !== null).join(' ') || 'no name'}, serial ${serial ?? 'not told'}`,
    `read with the profile ${reading.profile}; ${evidence(read)}`,
    `${lines.length} objects asked, ${answered.length} answered; ${cost.requests} requests, ${cost.bytesOut} octets out, ${cost.bytesIn} in`,
    ...section(
      'asked, answered, became',
      lines.map(({ object, name, answer, became }) => `${object}  ${name}  ${answer}  => ${became.join(', ') || '-'}`),
    ),
    ...section('meters', reading.meters.map(meterLine)),
    ...section(
      'supplies',
      reading.supplies.map(
        ({ index, kind, colorant, description, level, unit, source }) =>
          `${index}  ${kind}${colorant === null ? '' : ` ${colorant}`}  '${description}'  ${levelText(level)} ${unit}  (${source.objects.join(' + ')})`,
      ),
    ),
    ...section(
      'sums',
      reading.checks.map(
        ({ name, left, right, holds }) => `${name}  ${left} ${holds ? '=' : '≠'} ${right}${holds ? '' : '  BROKEN'}`,
      ),
    ),
    ...section(
      'asked and not got',
      reading.misses.map(({ subject, reason, detail }) => `${subject}  ${reason}  ${detail}`),
    ),
    ...(isUnusedTold ? section('held, and not asked for', unusedLines(recording.rows, read)) : []),
  ]
}

const NOTHING = 'no such object'
const ENTERPRISES = '1.3.6.1.4.1.'

function evidence({ probed, isPrinter }: Read): string {
  if (!isPrinter || probed.kind !== 'printer') return 'the probe would not have taken it for a printer'
  const words = {
    printerMib: 'it has the Printer-MIB',
    listedPrinter: 'it lists a printer under the number of a maker of printers',
    printerBranch: 'its number lies where only printers are',
  } as const
  return `a printer, since ${words[probed.evidence]}`
}

/** Why there is no reading, and what could be done. */
function strangerLines({ name, probed }: Read): readonly string[] {
  if (!('answer' in probed)) return [`${name} answered nothing: ${probed.reason}: ${probed.detail}`]
  if (probed.kind === 'printer') return [`${name} is a printer and was not read: that is a mistake of ours`]
  const { description, objectId, device } = probed.answer
  return [
    `${name} is no printer to the probe: nothing of the Printer-MIB, and its number is in no branch of knowledge/profiles/makers.yaml`,
    `sysDescr '${description ?? ''}', sysObjectID ${objectId ?? 'none'}, first hrDevice '${device ?? ''}'`,
    'If it is one, its maker needs a line in makers.yaml: npm run draft proposes it.',
  ]
}

function meterLine(meter: Reading['meters'][number]): string {
  const { objects, confidence, profile } = meter.source
  return `${meterKey(meter)}  ${meter.value}  (${objects.join(' + ')}; ${profile}, ${confidence})`
}

function levelText(level: Level): string {
  return level.kind === 'measured' ? `${level.left} of ${level.capacity}` : level.kind
}

/** A maker's objects that no question reached: where a new profile may look. */
function unusedLines(rows: readonly Varbind[], { asked }: Read): readonly string[] {
  if (asked === null) return []
  const { scalars, tables } = questions(asked.profile)
  const reached = new Set(scalars)
  const columns = tables.flatMap((table) => table.columns.map((column) => `${column}.`))
  return rows
    .filter(({ oid }) => oid.text.startsWith(ENTERPRISES) && !reached.has(oid.text))
    .filter(({ oid }) => !columns.some((column) => oid.text.startsWith(column)))
    .map(({ oid, value }) => `${oid.text}  ${valueText(value)}`)
}

function valueText(value: Varbind['value']): string {
  if (value.type !== 'octets') return 'value' in value ? String(value.value) : value.type
  const text = Buffer.from(value.value).toString('utf8')
  return /[\p{Cc}\ufffd]/u.test(text)
    ? `x${Buffer.from(value.value).toString('hex').slice(0, 80)}`
    : `'${text.slice(0, 80)}'`
}

const section = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `${heading}:`, ...lines.map((line) => `  ${line}`)]
