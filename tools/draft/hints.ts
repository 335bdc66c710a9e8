/** What a recording hints at beside labelled tables: who made the device, where else its serial number stands, which single counts equal or make the life count. */
import type { Varbind } from '@platen/snmp'

/** Hints of one recording. */
export interface Hints {
  readonly vendor: string
  /** What it calls itself; '' if it does not. */
  readonly device: string
  readonly firstWord: string
  readonly objectId: string | null
  /** The branch of sysObjectID that is likely the family's; null if it is no maker's. */
  readonly branch: string | null
  /** Objects that hold the life count. */
  readonly totals: readonly string[]
  /** A maker's object that holds the serial number where the standard one does not. */
  readonly serial: string | null
  /** Texts that may be the firmware's version, as a question; empty if there are none. */
  readonly versions: readonly string[]
}

const ENTERPRISES = '1.3.6.1.4.1.'
const SERIALS = '1.3.6.1.2.1.43.5.1.1.17.'
const DEVICES = '1.3.6.1.2.1.25.3.2.1.3.'
/** Below this, two numbers are equal by chance. */
const LEAST_COUNT = 100n
const MOST_PAIRS = 6
const MAKER_KEYS = /(?:^|;)\s*(?:MFG|MANUFACTURER)\s*:\s*([^;]+)/i
const SERIAL_KEYS = /(?:^|;)\s*(?:SN|SERN|SER|SERIALNUMBER)\s*:\s*([^;]+)/i

/** Reads the hints; `own` are the rows of makers, `life` the life count. */
export function hintsOf(rows: readonly Varbind[], own: readonly Varbind[], life: bigint | null): Hints {
  const described = textAt(rows, '1.3.6.1.2.1.1.1.0')
  const device =
    rows
      .filter(({ oid }) => oid.text.startsWith(DEVICES))
      .map(textOf)
      .find((text) => text !== '') ?? described
  const ids = rows.map(textOf).find((text) => MAKER_KEYS.test(text)) ?? ''
  const maker = MAKER_KEYS.exec(ids)?.[1]?.trim().slice(0, 40) ?? ''
  const firstWord = /[\p{L}\d][\p{L}\d&.-]*/u.exec(`${device} ${maker}`)?.[0] ?? 'Unknown'
  const vendor = maker === '' ? firstWord : maker
  const objectId = objectIdOf(rows)
  const counts = countsOf(own)
  const totals =
    life === null || life < LEAST_COUNT
      ? []
      : [...counts].filter(([, count]) => count === life).map(([object]) => object)
  return {
    vendor,
    device: device.slice(0, 80),
    firstWord,
    objectId,
    branch: branchOf(objectId),
    totals,
    serial: serialOf(rows, own, ids),
    versions: versionQuestions(own),
  }
}

function objectIdOf(rows: readonly Varbind[]): string | null {
  const value = rows.find(({ oid }) => oid.text === '1.3.6.1.2.1.1.2.0')?.value
  return value?.type === 'oid' ? value.value.text : null
}

/** Without its last arc, which is the model on most; a maker as a whole is no family. */
function branchOf(objectId: string | null): string | null {
  if (objectId === null || !objectId.startsWith(ENTERPRISES)) return null
  const arcs = objectId.split('.')
  return arcs.length < 8 ? null : (arcs.length > 8 ? arcs.slice(0, -1) : arcs).join('.')
}

/** Only where the standard object is empty: else the standard profile tells it. */
function serialOf(rows: readonly Varbind[], own: readonly Varbind[], ids: string): string | null {
  const standard = rows
    .filter(({ oid }) => oid.text.startsWith(SERIALS))
    .map(textOf)
    .find((text) => text !== '')
  const known = standard ?? SERIAL_KEYS.exec(ids)?.[1]?.trim() ?? ''
  if (standard !== undefined || known.length < 5) return null
  return own.find((row) => textOf(row) === known)?.oid.text ?? null
}

function countsOf(rows: readonly Varbind[]): ReadonlyMap<string, bigint> {
  return new Map(
    rows.flatMap(({ oid, value }) => {
      if (!['integer', 'counter32', 'gauge32', 'counter64'].includes(value.type) || !('value' in value)) return []
      const count = BigInt(String(value.value))
      return count < 0n ? [] : [[oid.text, count] as const]
    }),
  )
}

/** Texts that look like a version: the firmware's is among them. */
function versionQuestions(own: readonly Varbind[]): readonly string[] {
  const found = own.filter((row) => /^[vV]?\d{1,4}(\.[0-9A-Za-z]{1,6}){1,3}$/.test(textOf(row))).slice(0, MOST_PAIRS)
  if (found.length === 0) return []
  return [
    `is one of these the firmware (identity: firmware: { get: OBJECT })? ${found.map((row) => `${row.oid.text} '${textOf(row)}'`).join(', ')}`,
  ]
}

/** Two counts side by side that make the life count: colour and black, or print and copy. */
export function pairQuestions(rows: readonly Varbind[], life: bigint | null): readonly string[] {
  const counts = countsOf(rows)
  if (life === null || life < LEAST_COUNT) return []
  const large = [...counts].filter(([, count]) => count >= 10n && count < life).slice(0, 600)
  const pairs: string[] = []
  for (const [at, [one, count]] of large.entries()) {
    for (const [other, rest] of large.slice(at + 1)) {
      if (count + rest === life && parent(parent(one)) === parent(parent(other)) && pairs.length < MOST_PAIRS)
        pairs.push(`${one} (${count}) + ${other} (${rest})`)
    }
  }
  return pairs.length === 0
    ? []
    : [`these pairs make the life count ${life}; are they black and colour, or print and copy? ${pairs.join('; ')}`]
}

const parent = (object: string): string => object.slice(0, object.lastIndexOf('.'))

const textAt = (rows: readonly Varbind[], object: string): string => {
  const row = rows.find(({ oid }) => oid.text === object)
  return row === undefined ? '' : textOf(row)
}

const textOf = ({ value }: Varbind): string =>
  value.type === 'octets'
    ? Buffer.from(value.value)
        .toString('utf8')
        .replaceAll(/[\p{Cc}\ufffd]+/gu, ' ')
        .trim()
    : ''
