/** A draft of a profile for a device that no profile knows: what its recording shows plainly, as rules; what only a person can say, as questions. */
import { evidenceOf, type Instructions, identify, type ProbeResult } from '@platen/collector'
import type { Varbind } from '@platen/snmp'
import { hintsOf, pairQuestions } from './hints.ts'
import { FORM, type Packed, packedCounts } from './packed.ts'
import { isUseful, meterRule, type Rules, rulesOf } from './rules.ts'
import { labelledTables } from './tables.ts'
import { comment, flow, list, quoted } from './yaml.ts'

/** A draft as text, and what is in it. */
export interface Draft {
  readonly name: string
  readonly yaml: string
  readonly questions: number
  readonly tables: number
}

const ENTERPRISES = '1.3.6.1.4.1.'
/** The PWG's branch is under the standard profile. */
const STANDARD_BRANCH = '1.3.6.1.4.1.2699.'
const LIFE = '1.3.6.1.2.1.43.10.2.1.4.'
/** A profile has twelve tables at most, and the standard profile under it has nine. */
const MOST_TABLES = 3
/** What is left of a profile's 150 lines for questions. */
const MOST_QUESTION_LINES = 60

/** What a draft is made of. */
export interface DraftJob {
  readonly rows: readonly Varbind[]
  readonly probed: ProbeResult
  readonly instructions: Instructions
}

/** Drafts a profile. Pure: the same recording gives the same draft. */
export function draftOf({ rows, probed, instructions }: DraftJob): Draft {
  const own = rows.filter(({ oid }) => oid.text.startsWith(ENTERPRISES) && !oid.text.startsWith(STANDARD_BRANCH))
  const life = lifeCountOf(rows)
  const hints = hintsOf(rows, own, life)
  const tables = labelledTables(own, life).filter(isUseful).slice(0, MOST_TABLES)
  const parts = tables.map((table, at) => rulesOf(table, at === 0 ? 'counters' : `counters${at + 1}`))
  const name = freeName(profileName(hints.vendor, hints.objectId), instructions)
  const branch = freeBranch(hints, instructions)
  const tableEntries = tables.map(({ entry }) => `${entry}.`)
  const single = hints.totals.find((object) => !tableEntries.some((entry) => object.startsWith(entry)))
  const total = single === undefined ? [] : [meterRule(TOTAL, `{ get: ${single} }`)]
  const packed = packedCounts(own, life)
  const inOne = packed === null ? [] : [meterRule(TOTAL, `{ records: packed, tag: '${packed.totalTag}' }`)]
  const meters = [...total, ...inOne, ...parts.flatMap((part) => part.meters)]
  const identity =
    hints.serial === null ? [] : [`  serial: { first: [{ rows: device, column: serial }, { get: ${hints.serial} }] }`]
  const objects = [
    ...parts.flatMap((part) => part.objects),
    ...(single === undefined ? [] : [single]),
    ...(hints.serial === null ? [] : [hints.serial]),
    ...(packed === null ? [] : [packed.object]),
  ]
  const questions = [
    ...routeQuestions({ ...hints, branch }, probed, instructions),
    ...(single === undefined ? [] : [`${single} is the life count (${life}); is it the total that the device shows?`]),
    ...parts.flatMap((part) => part.questions),
    ...(packed === null ? [] : [packedQuestion(packed)]),
    ...hints.versions,
    ...pairQuestions(
      own.filter(({ oid }) => !tableEntries.some((entry) => oid.text.startsWith(entry))),
      life,
    ),
  ]
  const told = questions.flatMap((question) => comment(question, 'QUESTION: ')).slice(0, MOST_QUESTION_LINES)
  const lines = [
    ...comment(
      `Draft for ${hints.device || 'a device that tells no name'}, made by npm run draft. Answer the questions, take them out, raise each confidence to what is known (docs/profiles.md).`,
    ),
    ...told,
    `profile: ${name}`,
    'extends: standard',
    `match: ${flow([branch === null ? ['description', list([freeWords(hints, instructions)])] : ['objectId', `[${branch}]`]])}`,
    `reach: { allow: [${reachOf(objects).join(', ')}] }`,
    `brands: [{ vendor: ${quoted(hints.vendor)}, id: ${list([hints.vendor])} }]`,
    ...section('tables', parts, ({ tables: some }) => some),
    ...(packed === null ? [] : ['records:', `  packed: { object: ${packed.object}, form: ${FORM} }`]),
    ...section('labels', parts, ({ labels }) => labels),
    ...(identity.length === 0 ? [] : ['identity:', ...identity]),
    ...(meters.length === 0 ? [] : ['meters:', ...meters.map((meter) => `  ${meter}`)]),
    ...checksOf(meters.length > 0),
  ]
  return { name, yaml: `${lines.join('\n')}\n`, questions: questions.length, tables: tables.length }
}

const TOTAL = { unit: 'impressions', work: 'total', colour: 'all', size: 'all', sides: 'all' } as const

function lifeCountOf(rows: readonly Varbind[]): bigint | null {
  const row = rows.find(({ oid }) => oid.text.startsWith(LIFE))
  if (row === undefined || !['integer', 'counter32', 'gauge32', 'counter64'].includes(row.value.type)) return null
  const count = 'value' in row.value ? BigInt(String(row.value.value)) : 0n
  return count > 0n ? count : null
}

function packedQuestion({ object, counts, totalTag }: Packed): string {
  const others = [...counts].filter(([tag]) => tag !== totalTag).slice(0, 16)
  return `${object} packs counts; tag ${totalTag} is the life count. What are the others? ${others.map(([tag, count]) => `${tag} (${count})`).join(', ')}`
}

/** Who else may claim the device, and what the list of makers lacks. */
function routeQuestions(
  hints: ReturnType<typeof hintsOf>,
  probed: ProbeResult,
  instructions: Instructions,
): readonly string[] {
  const { branch, vendor, objectId } = hints
  const maker = branch === null ? null : enterpriseOf(branch)
  const isListed =
    maker !== null &&
    instructions.makers.some((one) => one.objectId.some((own) => branch === own || `${branch}.`.startsWith(`${own}.`)))
  const isBelieved = 'answer' in probed && evidenceOf(probed.answer, instructions) !== null
  const line = `- { vendor: ${quoted(vendor)}, id: ${list([vendor])}${maker === null ? '' : `, objectId: [${maker}]`}${branch === null || isBelieved ? '' : `, printers: [${branch}]`} }`
  const other = 'answer' in probed ? identify(probed.answer, instructions).profile : 'standard'
  return [
    branch === null
      ? `the device tells no sysObjectID of a maker (${objectId ?? 'none'}); do these words begin its description on every model?`
      : `does ${branch} hold this family and nothing else?`,
    ...(isListed ? [] : [`who made it? If it is ${vendor}, this line belongs into makers.yaml: ${line}`]),
    ...(other === 'standard' ? [] : [`the profile ${other} reads this device now; is a second one needed?`]),
  ]
}

const enterpriseOf = (object: string): string => object.split('.').slice(0, 7).join('.')

/** A name for the file: the maker's, or his number. */
function profileName(vendor: string, objectId: string | null): string {
  const words = vendor.normalize('NFKD').replaceAll(/[^A-Za-z0-9]/g, '')
  const name = words.slice(0, 1).toLowerCase() + words.slice(1, 24)
  if (/^[a-z]/.test(name)) return /[A-Z]{2}/.test(name) ? name.toLowerCase() : name
  return `maker${objectId?.split('.')[6] ?? ''}`
}

/** The parts of the maker's branch that are named, none within another. */
function reachOf(objects: readonly string[]): readonly string[] {
  const parents = [...new Set(objects.map((object) => object.split('.').slice(0, -1).join('.')))].sort()
  return parents.filter((branch) => !parents.some((other) => other !== branch && branch.startsWith(`${other}.`)))
}

/** A profile's name is its file's: none is written over. */
function freeName(name: string, { profiles }: Instructions): string {
  const taken = new Set(profiles.map(({ profile }) => profile))
  let free = name
  for (let number = 2; taken.has(free); number++) free = `${name.slice(0, 28)}${number}`
  return free
}

/** Two profiles may not claim one branch: where the family's is taken, the model's own number stands. */
function freeBranch({ branch, objectId }: ReturnType<typeof hintsOf>, { profiles }: Instructions): string | null {
  const isTaken = profiles.some(({ match }) => branch !== null && match.objectId.includes(branch))
  return isTaken ? objectId : branch
}

/** Words that no profile claims yet: the first one, or as many of its name as it takes. */
function freeWords({ device, firstWord }: ReturnType<typeof hintsOf>, { profiles }: Instructions): string {
  const taken = new Set(profiles.flatMap(({ match }) => match.description.map((words) => words.toLowerCase())))
  const name = device.slice(0, 60).trim() || `${firstWord} Unknown`
  if (!taken.has(firstWord.toLowerCase())) return firstWord
  return taken.has(name.toLowerCase()) ? `${name} ${firstWord}` : name
}

function section(
  heading: string,
  parts: readonly Rules[],
  linesOf: (part: Rules) => readonly string[],
): readonly string[] {
  const lines = parts.flatMap(linesOf)
  return lines.length === 0 ? [] : [`${heading}:`, ...lines.map((line) => `  ${line}`)]
}

/** Sums that prove the guesses as soon as a device keeps them; one whose parts are not told is not evaluated. */
function checksOf(hasMeters: boolean): readonly string[] {
  if (!hasMeters) return []
  return [
    'checks: # these sums prove the guesses; take out what the family does not keep',
    '  - { name: worksTotal, left: { meters: { work: [print, copy, fax, other] } }, right: { meters: {} } }',
    '  - { name: coloursTotal, left: { meters: { colour: each } }, right: { meters: {} } }',
    '  - { name: sizesTotal, left: { meters: { size: each } }, right: { meters: {} } }',
    '  - { name: printColours, left: { meters: { work: print, colour: each } }, right: { meters: { work: print } } }',
    '  - { name: copyColours, left: { meters: { work: copy, colour: each } }, right: { meters: { work: copy } } }',
  ]
}
