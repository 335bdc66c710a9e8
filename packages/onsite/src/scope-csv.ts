/**
 * Reads a list of addresses that somebody keeps in a spreadsheet (CSV in any of its dialects, with headings in English or German or none) into
 * entries of a scope file. A row that could mean two things is refused with its line, never guessed at.
 */
import { parseAddress, parseRange } from './addresses.ts'
import { parseHost, SCOPE_ENTRIES, SCOPE_LETTERS, type ScopeProblem } from './scope-file.ts'

/** An entry of a scope file and what the list remarked about it. */
export interface ImportedEntry {
  readonly list: 'ranges' | 'hosts' | 'exclude'
  readonly entry: string
  readonly remark: string
}

/** The entries of a list, with headings that were not understood and are not used; or everything that is wrong with it. */
export type Imported =
  | { readonly ok: true; readonly entries: readonly ImportedEntry[]; readonly unused: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ScopeProblem[] }

type Column = 'from' | 'to' | 'mask' | 'range' | 'address' | 'name' | 'kind' | 'remark'

// Lower case, letters and digits only. The first heading that fits a column is the one that counts.
const HEADINGS: Readonly<Record<Column, string>> = {
  from: 'from fromip ipfrom start startip ipstart startaddress first firstip firstaddress begin von vonip ipvon ipadressevon ab beginn anfang startadresse anfangsadresse ersteadresse ersteip',
  to: 'to toip ipto end endip ipend endaddress last lastip lastaddress bis bisip ipbis ipadressebis ende endadresse letzteadresse letzteip',
  mask: 'mask netmask subnetmask networkmask prefix prefixlength maske netzmaske netzwerkmaske subnetmaske subnetzmaske präfix präfixlänge',
  range:
    'range ranges iprange addressrange network net subnet cidr bereich bereiche ipbereich adressbereich adressbereiche netz netzwerk subnetz segment',
  address: 'address ip ipaddress ipv4 ipv6 ipv4address ipv6address adresse ipadresse ipv4adresse ipv6adresse',
  name: 'name host hostname dns dnsname fqdn rechner rechnername gerätename',
  kind: 'kind type exclude excluded exclusion action art typ ausschluss ausschließen ausnehmen ausgenommen ausnahme aktion',
  remark:
    'comment comments remark remarks note notes description site location building bemerkung bemerkungen kommentar notiz beschreibung standort ort filiale niederlassung gebäude',
}
const EXCLUDES =
  'exclude excluded exclusion deny x yes y true 1 ausschluss ausschließen ausschliessen ausnehmen ausgenommen ausnahme ja j wahr'
const INCLUDES =
  'include included allow no n false 0 range host network einschließen einschliessen aufnehmen nein falsch bereich netz drucker printer'
const LOOKS_LIKE_MASK = /^(?:255|254|252|248|240|224|192|128)\.\d{1,3}\.\d{1,3}\.\d{1,3}$/

interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

/** Reads the bytes of a CSV file: UTF-8, UTF-16 with its mark, or Windows-1252; separated by comma, semicolon, tab or bar. */
export function importCsv(bytes: Uint8Array): Imported {
  // Two bytes a letter at most, in the encodings that are read here, for letters that mean something.
  if (bytes.length > 2 * SCOPE_LETTERS) return whole('tooLarge')
  const text = decode(bytes)
  if (text.includes('\0')) return whole('notText')
  const read = readRows(text)
  if (!read.ok) return read
  const [first] = read.rows
  if (first === undefined) return whole('empty')
  const headed = columnsOf(first)
  const rows = headed === null ? read.rows : read.rows.slice(1)
  if (
    headed !== null &&
    !(['from', 'range', 'address', 'name'] as const).some((column) => headed.columns.includes(column))
  )
    return { ok: false, problems: [{ line: first.line, entry: first.cells.join(', '), reason: 'noColumns' }] }
  const made = rows.map((row) => entryOf(row, headed?.columns ?? bare(row)))
  const problems = made.flatMap((one) => (one.ok ? [] : [one.problem]))
  if (problems.length > 0) return { ok: false, problems }
  const entries = made.flatMap((one) => (one.ok ? [one.entry] : []))
  if (entries.length === 0) return whole('empty')
  const once = new Map(entries.map((entry) => [`${entry.list} ${entry.entry}`, entry]))
  return { ok: true, entries: [...once.values()], unused: headed?.unused ?? [] }
}

function whole(reason: ScopeProblem['reason']): Extract<Imported, { ok: false }> {
  return { ok: false, problems: [{ line: null, entry: 'CSV', reason }] }
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // What spreadsheets of western Europe save as "CSV" without asking.
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function readRows(text: string): { ok: true; rows: readonly Row[] } | Extract<Imported, { ok: false }> {
  const told = /^sep=([;,\t|])\r?\n/i.exec(text)
  const body = told === null ? text : text.slice(told[0].length)
  const separator = told?.[1] ?? separatorOf(body)
  const rows: Row[] = []
  let line = told === null ? 1 : 2
  // A cell in quotes, one without, or nothing; then what ends it.
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n][^${separator}\\r\\n]*)?)([${separator}]|\\r\\n|\\n|\\r|$)`,
    'y',
  )
  for (let cells: string[] = [], start = line; cell.lastIndex < body.length || cells.length > 0; ) {
    const found = cell.exec(body)
    if (found === null) return { ok: false, problems: [{ line, entry: cells.join(separator), reason: 'badQuotes' }] }
    const [all, quoted, plain = '', end = ''] = found
    cells.push(clean(quoted === undefined ? plain : quoted.replaceAll('""', '"')))
    line += all.match(/\r\n|\n|\r/g)?.length ?? 0
    if (end === separator) continue
    if (cells.some((each) => each !== '') && !cells[0]?.startsWith('#')) rows.push({ line: start, cells })
    if (rows.length > SCOPE_ENTRIES) return { ok: false, problems: [{ line: start, entry: 'CSV', reason: 'tooMany' }] }
    cells = []
    start = line
    if (end === '') break
  }
  return { ok: true, rows }
}

/** The sign that stands most often in the first line with something in it, outside quotes. */
function separatorOf(text: string): string {
  const line = /^.*\S.*$/m.exec(text)?.[0].replace(/"[^"]*"/g, '') ?? ''
  const counted = [';', '\t', ',', '|'].map((sign) => ({
    sign,
    times: line.split(sign).length - 1,
  }))
  return counted.reduce((best, one) => (one.times > best.times ? one : best)).sign
}

function clean(cell: string): string {
  return cell.replaceAll('\u00a0', ' ').trim()
}

/** What the first row says of the columns, or null if it is a row like the others. */
function columnsOf(row: Row): { columns: readonly (Column | null)[]; unused: readonly string[] } | null {
  const taken = new Set<Column>()
  const columns = row.cells.map((cell) => {
    const column = columnNamed(cell)
    if (column === null || taken.has(column)) return null
    taken.add(column)
    return column
  })
  if (taken.size === 0) return null
  return { columns, unused: row.cells.filter((cell, at) => columns[at] === null && cell !== '') }
}

function columnNamed(heading: string): Column | null {
  const word = heading.toLowerCase().replace(/[^a-z0-9äöüß]/g, '')
  const known = Object.keys(HEADINGS).find((key) => isColumn(key) && isOneOf(word, HEADINGS[key]))
  return known !== undefined && isColumn(known) ? known : null
}

function isColumn(key: string): key is Column {
  return Object.hasOwn(HEADINGS, key)
}

function isOneOf(word: string, words: string): boolean {
  return word !== '' && words.split(' ').includes(word)
}

/** Columns of a list without headings, by what stands in the row. */
function bare({ cells }: Row): readonly (Column | null)[] {
  const [first = '', second = ''] = cells
  if (second === '') return ['range']
  if (LOOKS_LIKE_MASK.test(second)) return ['from', 'mask', 'remark']
  if (parseAddress(second) === null) return ['range', 'remark']
  return parseAddress(first) === null ? ['name', 'address', 'remark'] : ['from', 'to', 'mask', 'remark']
}

type Made =
  | { readonly ok: true; readonly entry: ImportedEntry }
  | { readonly ok: false; readonly problem: ScopeProblem }

function entryOf({ line, cells }: Row, columns: readonly (Column | null)[]): Made {
  const given = (column: Column) => cells[columns.indexOf(column)] ?? ''
  const fail = (reason: ScopeProblem['reason'], entry = cells.filter((cell) => cell !== '').join(', ')): Made => ({
    ok: false,
    problem: { line, entry, reason },
  })
  const used = cells.filter((_, at) => ![null, undefined, 'remark'].includes(columns[at]))
  // What a spreadsheet calculates may be another thing tomorrow, and in another program.
  const formula = used.find((cell) => /^[=+@]|^-./.test(cell))
  if (formula !== undefined) return fail('formula', formula)
  const kind = given('kind').toLowerCase()
  const isExcluded = isOneOf(kind, EXCLUDES)
  if (kind !== '' && !isExcluded && !isOneOf(kind, INCLUDES)) return fail('badKind', kind)
  const remark = given('remark')
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 200)
  const range = rangeText(given)
  const name = given('name')
  // With an address beside it a name may be what people call the printer; by itself it must be one of the network.
  const host = range === '' ? name : `${name}=${range}`
  if (name !== '' && !isExcluded && parseHost(host) !== null)
    return { ok: true, entry: { list: 'hosts', entry: host, remark } }
  const text = range === '' ? name : range
  const parsed = parseRange(text)
  if (parsed.ok) return { ok: true, entry: { list: isExcluded ? 'exclude' : 'ranges', entry: text, remark } }
  if (range !== '' && !isExcluded && parseHost(range) !== null && columns.includes('range'))
    return { ok: true, entry: { list: 'hosts', entry: range, remark } }
  return fail(range === '' && !isExcluded ? 'badHost' : parsed.reason)
}

/** The range that the cells of a row make together, in the spelling of the scope file. */
function rangeText(given: (column: Column) => string): string {
  const tidy = (text: string) => text.replace(/\s*[-\u2013\u2014]\s*/g, '-').replace(/\s*\/\s*/g, '/')
  const from = tidy(given('from') || given('range') || given('address'))
  const to = tidy(given('to'))
  const mask = given('mask').replace(/^\//, '')
  const span = to === '' || to === from ? from : `${from}-${to}`
  if (mask === '' || span === '' || span.includes('/')) return span
  // The mask of a single address from a list of printers says nothing about other addresses.
  if (to === '' && given('from') === '' && given('range') === '') return span
  if (to !== '' && to === from) return span
  return mask.includes('.') ? `${span} ${mask}` : `${span}/${mask}`
}

/** The text of a scope file with these entries, remarks behind them; `heading` is its first line. */
export function scopeText(entries: readonly ImportedEntry[], heading: string): string {
  const lists = (['ranges', 'hosts', 'exclude'] as const).map((list) => {
    const lines = entries
      .filter((entry) => entry.list === list)
      .map(({ entry, remark }) => `  ${JSON.stringify(entry)},${remark === '' ? '' : ` # ${remark}`}\n`)
    return `${list} = [\n${lines.join('')}]\n`
  })
  return [`# ${heading}\n`, ...lists].join('')
}
