/**
 * The body of an envelope: JSON lines, each ended by a line feed, each one reading (or the one contact). A line's exact bytes are
 * its leaf in the Merkle tree, so a reading can be kept, judged and proved alone, and one bad line costs only itself.
 */
import type { Reading } from '@platen/model'
import { fromUtf8, parseJson, parseJsonText, utf8 } from './bytes.ts'
import { type Contact, contactSchema, readingsMost } from './messages.ts'
import { problemsOf } from './problems.ts'
import { fromJson, lineMost, readingSchema, toJson } from './reading.ts'

/** Bytes of a body that `bodiesOf` fills: even stored without compression it fits an envelope. */
export const bodyGoal = 512 * 1024

const lineFeed = 0x0a

/** What became of one line; `raw` is its bytes as sent, to be kept where it is quarantined. */
export type ReadingFate =
  | { readonly ok: true; readonly reading: Reading; readonly raw: Uint8Array }
  | {
      readonly ok: false
      readonly reason: 'tooLong' | 'notUtf8' | 'notJson' | 'badReading'
      readonly detail: string
      readonly raw: Uint8Array
    }

/** Readings as bodies of at most `bodyGoal` bytes, in order (a line has 500 bytes at least, so `readingsMost` is never reached); readings whose line passes `lineMost` cannot be sent. */
export function bodiesOf(readings: readonly Reading[]): {
  readonly bodies: readonly Uint8Array[]
  readonly tooLong: readonly Reading[]
} {
  const bodies: Uint8Array[] = []
  const tooLong: Reading[] = []
  let open: Uint8Array[] = []
  let size = 0
  for (const reading of readings) {
    const line = utf8(JSON.stringify(toJson(reading)))
    if (line.length > lineMost) {
      tooLong.push(reading)
      continue
    }
    if (size + line.length + 1 > bodyGoal) {
      bodies.push(joinLines(open))
      open = []
      size = 0
    }
    open.push(line)
    size += line.length + 1
  }
  if (open.length > 0) bodies.push(joinLines(open))
  return { bodies, tooLong }
}

/** The body of a contact: its one line. */
export function contactBody(contact: Contact): Uint8Array {
  return joinLines([utf8(JSON.stringify(contact))])
}

/** Each line's fate, in order: a line's place here is its leaf's index. */
export function readingsOf(body: Uint8Array): readonly ReadingFate[] {
  return (linesOf(body) ?? [body]).map(readLine)
}

/** What a contact's body says, or why it says nothing. */
export function contactOf(
  body: Uint8Array,
):
  | { readonly ok: true; readonly contact: Contact }
  | { readonly ok: false; readonly reason: 'badContact'; readonly detail: string } {
  const parsed = contactSchema.safeParse(parseJson(body))
  return parsed.success
    ? { ok: true, contact: parsed.data }
    : { ok: false, reason: 'badContact', detail: problemsOf(parsed.error) }
}

/** Lines without their line feeds, as views of the body; null when the last one is not ended, or there are more than `readingsMost`. */
export function linesOf(body: Uint8Array): readonly Uint8Array[] | null {
  const lines: Uint8Array[] = []
  let from = 0
  while (from < body.length) {
    const end = body.indexOf(lineFeed, from)
    // 8 MiB of line feeds would be eight million views; listing them took 5 s.
    if (end === -1 || lines.length === readingsMost) return null
    lines.push(body.subarray(from, end))
    from = end + 1
  }
  return lines
}

function joinLines(lines: readonly Uint8Array[]): Uint8Array {
  const body = new Uint8Array(lines.reduce((sum, line) => sum + line.length + 1, 0))
  let at = 0
  for (const line of lines) {
    body.set(line, at)
    at += line.length
    body[at] = lineFeed
    at += 1
  }
  return body
}

function readLine(raw: Uint8Array): ReadingFate {
  if (raw.length > lineMost) return { ok: false, reason: 'tooLong', detail: `${raw.length} bytes`, raw }
  const text = fromUtf8(raw)
  if (text === null) return { ok: false, reason: 'notUtf8', detail: 'the line is not UTF-8', raw }
  const json = parseJsonText(text)
  if (json === undefined) return { ok: false, reason: 'notJson', detail: 'the line is not JSON', raw }
  const parsed = readingSchema.safeParse(json)
  if (!parsed.success) return { ok: false, reason: 'badReading', detail: problemsOf(parsed.error), raw }
  return { ok: true, reading: fromJson(parsed.data), raw }
}
