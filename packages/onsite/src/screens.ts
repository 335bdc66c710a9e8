/** What the commands print, as text: made from values and words alone, so that a test can read a screen. */
import { checkNames, type Level, meterKey, percentLeft, type Reading } from '@platen/model'
import type { Asked } from './ask.ts'
import type { DatabaseFault } from './database.ts'
import type { Enrolled } from './enrol.ts'
import { missText } from './miss-words.ts'
import { numberText } from './numbers.ts'
import type { Contacted, Hindrance } from './onsite.ts'
import type { ScopeProblem } from './scope-file.ts'
import type { Status } from './status.ts'
import { askedIn } from './tally.ts'
import type { RoundDone, RoundProgress } from './whole-round.ts'
import { type Advice, fill, fillText, type Words } from './words.ts'

type Failed<T> = Extract<T, { readonly ok: false }>

/** A failure of any command: what happened, the detail, what to do next. */
export function failureScreen(words: Words, failure: Failed<Enrolled | Contacted | Hindrance>): string {
  if ('problems' in failure)
    return [
      advice(words, words.hindrances[failure.reason], failure.detail),
      ...problemLines(words, failure.problems),
    ].join('\n')
  if (!('refusal' in failure)) return advice(words, words.hindrances[failure.reason], failure.detail)
  const { refusal, reason, detail } = failure
  return refusal === null ? advice(words, words.calls[reason], detail) : advice(words, words.refusals[refusal], '')
}

/** Why one address was not read. */
export function askFailureScreen(words: Words, failure: Failed<Asked>): string {
  return advice(words, words.asks[failure.reason], failure.detail)
}

/** The line that grows while a round goes on. */
export function progressLine(words: Words, { tally, done, total }: RoundProgress): string {
  const asked = Math.max(done, askedIn(tally))
  return fill(words, 'progress', {
    asked,
    total: Math.max(total, asked),
    printers: tally.read,
    others: tally.other,
    // Who has been silent until now has no fate yet.
    silent: asked - askedIn(tally) + tally.silent,
  })
}

/** How a round went. */
export function roundScreen(words: Words, done: Extract<RoundDone, { ok: true }>): string {
  const { tally } = done
  const seconds = numberText(words.locale, done.milliseconds / 1000, 1)
  const lines = [
    fill(words, 'roundDone', { seconds, asked: askedIn(tally), printers: tally.read }),
    fill(words, 'roundFates', { ...tally, others: tally.other }),
    fill(words, 'roundKept', { kept: tally.kept }),
  ]
  if (tally.notKept + tally.dropped > 0)
    lines.push(fill(words, 'roundLost', { lost: tally.notKept, dropped: tally.dropped }))
  if (tally.notAsked > 0) lines.push(fill(words, 'roundStopped', { notAsked: tally.notAsked }))
  if (done.refusedRanges.length > 0) lines.push(fill(words, 'rangesRefused', { ranges: done.refusedRanges.join(', ') }))
  return [...lines, ...faultLines(words, done.fault)].join('\n')
}

/** What was delivered. */
export function deliveredScreen(words: Words, done: Extract<Contacted, { ok: true }>): string {
  const delivered =
    done.envelopes === 0 ? fill(words, 'deliveredNothing') : fill(words, 'delivered', { envelopes: done.envelopes })
  const { renewal } = done
  const came = renewal?.kind === 'waits' ? [fill(words, 'deliveredInstructions', { version: renewal.version })] : []
  const refused = renewal?.kind === 'refused' ? [refusedLine(words, renewal)] : []
  return [delivered, ...came, ...refused, ...faultLines(words, done.fault)].join('\n')
}

/** The status of an Onsite as labels and texts. */
export function statusRows(words: Words, status: Status): readonly (readonly [label: string, text: string])[] {
  const say = (name: Parameters<typeof fill>[1], blanks = {}) => fill(words, name, blanks)
  return [
    [
      say('statusOnsite'),
      status.onsite === null ? say('statusNotEnrolled') : `${status.onsite.name} (${status.onsite.id})`,
    ],
    [
      say('statusServer'),
      status.server === null ? '-' : status.proxy ? `${status.server}, ${say('statusProxy')}` : status.server,
    ],
    [say('statusScope'), scopeText(words, status)],
    [say('statusInstructions'), instructionsText(words, status)],
    [
      say('statusSettings'),
      status.settings === null
        ? '-'
        : say('every', { version: status.settings.version, minutes: status.settings.intervalMinutes }),
    ],
    ...(status.standbyFor === null
      ? []
      : [[say('statusDuty'), say('standbyFor', { name: printable(status.standbyFor) || '-' })] as const]),
    [say('statusPrinters'), numberText(words.locale, status.printers)],
    [say('statusTraps'), trapsText(words, status)],
    [say('statusRound'), roundText(words, status)],
    [say('statusDelivery'), deliveryText(words, status)],
    [say('statusOutbox'), say('waits', status.outbox)],
    [
      say('statusLedger'),
      status.ledgerBroken === null ? say('ledgerWhole') : say('ledgerBroken', { line: status.ledgerBroken }),
    ],
    [say('statusPage'), pageText(words, status)],
  ]
}

/** The status of an Onsite. */
export function statusScreen(words: Words, status: Status): string {
  const say = (name: Parameters<typeof fill>[1], blanks = {}) => fill(words, name, blanks)
  const rows = statusRows(words, status)
  const width = Math.max(...rows.map(([label]) => label.length)) + 2
  const lines = rows.map(([label, text]) => `${label.padEnd(width)}${text}`)
  if (status.settings !== null && status.settings.refusedRanges.length > 0)
    lines.push(say('rangesRefused', { ranges: status.settings.refusedRanges.join(', ') }))
  if (status.renewal.refused !== null) lines.push(refusedLine(words, status.renewal.refused))
  if (!status.scope.ok) lines.push(...problemLines(words, status.scope.problems))
  if (status.problems.length > 0)
    lines.push(`${say('statusProblems')}:`, ...status.problems.map((problem) => `  ${problem}`))
  return [say('statusTitle'), ...lines].join('\n')
}

function pageText(words: Words, { page }: Status): string {
  if (page.url === null) return fill(words, 'pageOff')
  if (!page.hasPassword) return fill(words, 'pageNoPassword')
  return page.isOpen ? `${page.url} ${fill(words, 'pageOpen')}` : page.url
}

function trapsText(words: Words, { traps }: Status): string {
  if (traps === null) return '-'
  const { port, code } = traps
  if (traps.state === 'listening') return fill(words, 'trapsHeard', { port })
  return fill(words, 'trapsNotHeard', { port, code: code === '' ? '-' : code })
}

/** One printer, object by object and number by number. */
export function askScreen(words: Words, asked: Extract<Asked, { ok: true }>): string {
  const { reading, lines, cost } = asked
  const { vendor, model, serial } = reading.identity
  const name = [vendor, model].filter((part) => part !== null).join(' ') || '?'
  const title = fill(words, 'askTitle', {
    address: asked.address,
    name,
    serial: serial ?? '?',
    profile: asked.profile,
    evidence: asked.evidence,
  })
  const nothing = fill(words, 'askNothing')
  const section = (heading: Parameters<typeof fill>[1], content: readonly string[]) =>
    content.length === 0 ? [] : ['', fill(words, heading), ...content.map((line) => `  ${line}`)]
  return [
    title,
    fill(words, 'askCost', { ...cost }),
    ...section(
      'askObjects',
      lines.map(
        ({ object, name: role, answer, became }) => `${object}  ${role}  ${answer}  => ${became.join(', ') || nothing}`,
      ),
    ),
    ...section(
      'askMeters',
      reading.meters.map((meter) => {
        const { objects, confidence } = meter.source
        return `${meterKey(meter)}  ${numberText(words.locale, meter.value)}  (${fill(words, 'askFrom', { objects: objects.join(' + '), confidence })})`
      }),
    ),
    ...section(
      'askSupplies',
      reading.supplies.map((supply) => `${supply.description}  ${levelText(words, supply.level)}`),
    ),
    ...section(
      'askChecks',
      reading.checks.map(({ name, left, right, holds }) => {
        const counts = [left, right].map((count) => numberText(words.locale, count)).join(holds ? ' = ' : ' ≠ ')
        return `${checkTitle(words, name, reading)}  ${counts}  ${fill(words, holds ? 'holds' : 'broken')}`
      }),
    ),
    ...section(
      'askMisses',
      reading.misses.map((miss) =>
        printable(`${miss.subject}  ${words.misses.reasons[miss.reason]}: ${missText(words.misses, miss)}`),
      ),
    ),
  ].join('\n')
}

/** A check's name in words (see model's `Check`); one that this version has no words for as it is. */
function checkTitle(words: Words, name: string, { meters }: Reading): string {
  const [, bare = name, row] = /^(\S+) (\S+)$/.exec(name) ?? []
  const code = checkNames.find((each) => each === bare)
  const isMeter = meters.some((meter) => meterKey(meter) === bare)
  if (code === undefined && !isMeter) return printable(name)
  const check = code === undefined ? fill(words, 'checkMeter', { meter: bare }) : words.checks[code]
  return row === undefined ? check : fill(words, 'checkRow', { check, row })
}

/** A file with the wrong separator has a mistake in each line; so many are enough to see it. */
const PROBLEMS_SHOWN = 20

/** The lines of a scope file that are wrong, each with why. */
function problemLines(words: Words, problems: readonly ScopeProblem[]): readonly string[] {
  const shown = problems.slice(0, PROBLEMS_SHOWN)
  const lines = shown.map(
    ({ line, entry, reason }) =>
      `  ${fill(words, 'line', { line: line ?? '-', entry: printable(entry), fault: words.scopeFaults[reason] })}`,
  )
  const more = problems.length - shown.length
  return more === 0 ? lines : [...lines, `  ${fillText(words, words.scope.say.more, { count: more })}`]
}

/** What happened, the detail, what to do next. */
function advice(words: Words, [what, next]: Advice, detail: string): string {
  const lines = [what]
  if (detail !== '') lines.push(fill(words, 'detail', { text: printable(detail) }))
  return [...lines, fill(words, 'next', { text: next })].join('\n')
}

/** What the disk would not take, although the rest went well. */
function faultLines(words: Words, fault: DatabaseFault | null): readonly string[] {
  return fault === null ? [] : [advice(words, words.hindrances[fault.reason], fault.detail)]
}

/** Details may come from the other side: no control characters reach a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?').slice(0, 300)
}

function scopeText(words: Words, { scope }: Status): string {
  if (!scope.ok) return `${words.hindrances[scope.problems.length === 0 ? 'noScope' : 'badScope'][0]} ${scope.detail}`
  const shown = scope.ranges.slice(0, 5).join(', ') + (scope.ranges.length > 5 ? ', ...' : '')
  return fill(words, 'scopeSummary', { addresses: scope.addresses, ranges: shown })
}

function instructionsText(words: Words, { instructions, renewal }: Status): string {
  const now = instructions.ok ? instructions.version : words.hindrances[instructions.reason][0]
  const isOnTrial = instructions.ok && renewal.trial === instructions.version
  return [
    now,
    ...(isOnTrial ? [fill(words, 'instructionsTrial')] : []),
    ...(renewal.waits === null ? [] : [fill(words, 'instructionsWait', { version: renewal.waits })]),
  ].join('; ')
}

function refusedLine(
  words: Words,
  refused: { readonly version: string; readonly reason: string; readonly detail: string; readonly at: string },
): string {
  const { version, reason, detail, at } = refused
  return fill(words, 'instructionsRefused', { version: printable(version), reason, detail: printable(detail), at })
}

function roundText(words: Words, { round }: Status): string {
  if (round === null) return fill(words, 'never')
  const { asked, printers, others, silent } = round
  return `${round.endedAt}: ${fill(words, 'progress', { asked, total: asked, printers, others, silent })}`
}

function deliveryText(words: Words, { delivery }: Status): string {
  if (delivery === null) return fill(words, 'never')
  if (delivery.ok) return delivery.at
  return `${delivery.at}: ${fill(words, 'statusFailed', { failures: delivery.failures, reason: `${delivery.reason} ${printable(delivery.detail)}` })}`
}

function levelText(words: Words, level: Level): string {
  switch (level.kind) {
    case 'measured': {
      const percent = percentLeft(level)
      const amount = `${numberText(words.locale, level.left)} / ${numberText(words.locale, level.capacity)}`
      return percent === null ? amount : `${Math.round(percent)} % (${amount})`
    }
    case 'some':
      return fill(words, 'levelSome')
    case 'unlimited':
      return fill(words, 'levelUnlimited')
    case 'unknown':
      return fill(words, 'levelUnknown')
  }
}
