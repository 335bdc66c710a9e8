/**
 * Reads a recording (a `.snmprec` file: what one real or made-up device answered, one object a line) into sorted rows that an agent
 * can serve. Recordings come from strangers, so a bad line is reported and left out; it never stops the rest from being served.
 */
import { Oid, type Value, type Varbind } from '@platen/snmp'

/** A line that was left out or put right, and why; `line` counts from 1. */
export interface RecordingProblem {
  readonly line: number
  readonly why: string
}

/** One device's objects in rising order of OID, no OID twice, and everything that was wrong with the text. */
export interface Recording {
  readonly rows: readonly Varbind[]
  readonly problems: readonly RecordingProblem[]
}

/** A named fate for one line: a value, or why there is none. */
type Parsed = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: string }

const OID = /^\.?[0-2](\.(0|[1-9]\d{0,9})){1,127}$/
const ADDRESS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/
const MAX_SUBIDENTIFIER = 4_294_967_295
const utf8 = new TextEncoder()

/** Reads `OID|TAG|VALUE` lines (tags 2, 4, 5, 6, 64 to 68, 70, each also in hex with an `x`); `#` begins a comment line. */
export function parseSnmprec(text: string): Recording {
  const problems: RecordingProblem[] = []
  const found: { readonly line: number; readonly row: Varbind }[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (content.trim() === '' || content.startsWith('#')) continue
    const line = index + 1
    const row = parseLine(content)
    if (typeof row === 'string') problems.push({ line, why: row })
    else found.push({ line, row })
  }
  return { rows: inOrder(found, problems), problems }
}

/** The row of one line, or the reason why it has none. */
function parseLine(content: string): Varbind | string {
  const first = content.indexOf('|')
  const second = content.indexOf('|', first + 1)
  if (first < 0 || second < 0) return 'not OID|TAG|VALUE'
  const oid = parseOid(content.slice(0, first).trim())
  if (oid === undefined) return `not an OID: ${content.slice(0, first)}`
  const parsed = parseValue(content.slice(first + 1, second), content.slice(second + 1))
  return parsed.ok ? { oid, value: parsed.value } : parsed.why
}

function parseOid(text: string): Oid | undefined {
  if (!OID.test(text)) return undefined
  const plain = text.startsWith('.') ? text.slice(1) : text
  if (plain.split('.').some((part) => Number(part) > MAX_SUBIDENTIFIER)) return undefined
  // X.660 7.6: the first two arcs share one number, so the second is below 40 under 0 and 1.
  const [top, second] = plain.split('.')
  if (top !== '2' && Number(second) >= 40) return undefined
  return Oid.parse(plain)
}

function parseValue(tag: string, text: string): Parsed {
  const hex = tag.endsWith('x')
  const kind = hex ? tag.slice(0, -1) : tag
  const bytes = hex ? unhex(text) : undefined
  if (hex && bytes === undefined) return { ok: false, why: `not hexadecimal: ${clip(text)}` }
  switch (kind) {
    case '2':
      return whole(text, hex, -2_147_483_648, 2_147_483_647, (value) => ({ type: 'integer', value }))
    case '4':
      return { ok: true, value: { type: 'octets', value: bytes ?? utf8.encode(text) } }
    case '5':
      return { ok: true, value: { type: 'null' } }
    case '6':
      return oidValue(text)
    case '64':
      return address(text, bytes)
    case '65':
      return whole(text, hex, 0, MAX_SUBIDENTIFIER, (value) => ({ type: 'counter32', value }))
    case '66':
      return whole(text, hex, 0, MAX_SUBIDENTIFIER, (value) => ({ type: 'gauge32', value }))
    case '67':
      return whole(text, hex, 0, MAX_SUBIDENTIFIER, (value) => ({ type: 'timeTicks', value }))
    case '68':
      return { ok: true, value: { type: 'opaque', value: bytes ?? utf8.encode(text) } }
    case '70':
      return counter64(text, hex)
    default:
      return { ok: false, why: kind.includes(':') ? `asks for the module ${kind}` : `unknown tag ${clip(tag)}` }
  }
}

function whole(text: string, hex: boolean, least: number, most: number, make: (value: number) => Value): Parsed {
  const plain = text.trim()
  const value = hex ? Number.parseInt(plain, 16) : Number(plain)
  if ((!hex && !/^-?\d+$/.test(plain)) || !Number.isInteger(value))
    return { ok: false, why: `not a number: ${clip(text)}` }
  if (value < least || value > most) return { ok: false, why: `out of range: ${plain}` }
  return { ok: true, value: make(value) }
}

function counter64(text: string, hex: boolean): Parsed {
  const plain = text.trim()
  if (!hex && !/^\d+$/.test(plain)) return { ok: false, why: `not a number: ${clip(text)}` }
  const value = BigInt(hex ? `0x${plain === '' ? '0' : plain}` : plain)
  if (value >= 2n ** 64n) return { ok: false, why: `out of range: ${clip(plain)}` }
  return { ok: true, value: { type: 'counter64', value } }
}

function oidValue(text: string): Parsed {
  const oid = parseOid(text.trim())
  return oid === undefined
    ? { ok: false, why: `not an OID as value: ${clip(text)}` }
    : { ok: true, value: { type: 'oid', value: oid } }
}

function address(text: string, bytes: Uint8Array | undefined): Parsed {
  const parts = bytes === undefined ? ADDRESS.exec(text.trim())?.slice(1).map(Number) : [...bytes]
  if (parts === undefined || parts.length !== 4 || parts.some((part) => part > 255)) {
    return { ok: false, why: `not an IPv4 address: ${clip(text)}` }
  }
  return { ok: true, value: { type: 'address', value: parts.join('.') } }
}

/** Sorts by OID and keeps the first of equals, telling once where the order broke and for every double which line lost. */
function inOrder(
  found: readonly { readonly line: number; readonly row: Varbind }[],
  problems: RecordingProblem[],
): readonly Varbind[] {
  const broken = found.find(({ row }, index) => {
    const before = found[index - 1]
    return before !== undefined && before.row.oid.compare(row.oid) > 0
  })
  if (broken !== undefined) problems.push({ line: broken.line, why: 'not in order of OID; sorted' })
  const sorted = [...found].sort((a, b) => a.row.oid.compare(b.row.oid) || a.line - b.line)
  return sorted
    .filter(({ row, line }, index) => {
      const before = sorted[index - 1]
      const double = before?.row.oid.equals(row.oid) === true
      if (double) problems.push({ line, why: `${row.oid.text} is given twice; the first stays` })
      return !double
    })
    .map(({ row }) => row)
}

/** Bytes of a hexadecimal text, spaces allowed; nothing when it is not one. */
function unhex(text: string): Uint8Array | undefined {
  const plain = text.replaceAll(/\s/g, '')
  if (plain.length % 2 === 1 || !/^[0-9a-fA-F]*$/.test(plain)) return undefined
  return Uint8Array.from({ length: plain.length / 2 }, (_, i) => Number.parseInt(plain.slice(i * 2, i * 2 + 2), 16))
}

/** Long nonsense is cut before it is shown. */
const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text)
