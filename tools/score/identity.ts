/** Marks who a device is said to be: vendor, model, serial number, firmware and MAC, against the facts and what other programs' tests expect. */
import type { Identity } from '@platen/model'
import { asList, asRecord } from '../knowledge/json.ts'
import type { Known } from './folder.ts'
import { type Attribute, type Mark, markOf } from './marks.ts'
import type { Rows } from './rows.ts'

const PRINTER_TYPE = '1.3.6.1.2.1.25.3.1.5'
/** What stands for nothing, or was masked by whoever published the recording. */
const NOTHING = /^(|<.*>|x+|0+|serial_number|null|n\/a)$/i

/** Marks all of the identity. */
export function markIdentity(identity: Identity, known: Known, rows: Rows): readonly Mark[] {
  const expected = asRecord(known.expected.identity)
  const vendor = said(expected.vendor) ?? known.vendor
  const isTold = asRecord(known.facts.system).sysObjectID !== undefined || (vendor !== null && rows.says(vendor))
  return [
    ...mark('vendor', { want: isTold ? vendor : null, got: identity.vendor, isRight: sharesWords, isHeld: true, rows }),
    ...mark('model', {
      want: modelOf(known, rows),
      got: identity.model,
      isRight: (want, got) => bareModel(want, vendor) === bareModel(got, vendor),
      isHeld: false,
      rows,
    }),
    ...mark('serial', { want: serialOf(known, rows), got: identity.serial, isRight: isSame, isHeld: false, rows }),
    ...mark('firmware', {
      want: heldOnly(said(expected.firmware), rows),
      got: identity.firmware,
      isRight: sharesWords,
      isHeld: false,
      rows,
    }),
    ...markMac(identity, known),
  ]
}

interface Asked {
  readonly want: string | null
  readonly got: string | null
  readonly isRight: (want: string, got: string) => boolean
  /** true: a value without a fact is no invention, since knowledge may add it. */
  readonly isHeld: boolean
  readonly rows: Rows
}

function mark(attribute: Attribute, { want, got, isRight, isHeld, rows }: Asked): readonly Mark[] {
  if (want !== null) return [markOf(attribute, want, got, got !== null && isRight(want, got))]
  if (got === null || isHeld || wordsOf(got).every((word) => rows.says(word))) return []
  return [{ attribute, fate: 'invented', detail: got }]
}

/** The first fact that the recording holds: an expectation, the manifest's word, hrDeviceDescr of the printer. */
function modelOf(known: Known, rows: Rows): string | null {
  const system = asRecord(known.facts.system)
  const printer = asList(known.facts.hrDevice).find(({ type }) => type === PRINTER_TYPE)
  const expected = said(asRecord(known.expected.identity).model)
  // Where nobody knew better, the manifest repeats sysDescr, which is no name of a model.
  const listed = known.model !== null && !String(system.sysDescr).startsWith(known.model) ? known.model : null
  return [expected, listed, said(printer?.descr)].find((one) => heldOnly(one ?? null, rows) !== null) ?? null
}

function serialOf(known: Known, rows: Rows): string | null {
  const told = Object.values(asRecord(asRecord(known.facts.prtGeneral).serialNumber)).map(said)
  const expected = heldOnly(said(asRecord(known.expected.identity).serial), rows)
  return told.find((one) => one !== null) ?? expected
}

/** Any interface's MAC is right: facts do not say which one was polled. Some devices send it as text. */
function markMac(identity: Identity, known: Known): readonly Mark[] {
  const macs = Object.values(asRecord(known.facts.mac_hex)).flatMap((hex) => macOf(String(hex)))
  const [first] = macs
  const { mac } = identity
  if (first !== undefined) return [markOf('mac', first, mac, mac !== null && macs.includes(mac))]
  return mac === null ? [] : [{ attribute: 'mac', fate: 'invented', detail: mac }]
}

function macOf(hex: string): readonly string[] {
  const text = Buffer.from(hex, 'hex').toString('latin1')
  const parts =
    hex.length === 12
      ? (hex.match(/../g) ?? [])
      : /^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(text)
        ? text.split(/[:-]/)
        : []
  const mac = parts.map((part) => part.padStart(2, '0').toLowerCase()).join(':')
  return mac === '' || /^(00:00:00:00:00:00|ff:ff:ff:ff:ff:ff)$/.test(mac) ? [] : [mac]
}

function said(value: unknown): string | null {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).replaceAll('\0', '').trim() : ''
  return NOTHING.test(text) ? null : text
}

/** What is expected but nowhere in the recording cannot be read from it. */
const heldOnly = (text: string | null, rows: Rows): string | null => (text !== null && rows.says(text) ? text : null)

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

const isSame = (want: string, got: string): boolean => want.toLowerCase() === got.toLowerCase()

/** One may say more than the other: `1.2` and `Main 1.2`, a brand with or without its house. */
function sharesWords(want: string, got: string): boolean {
  const [fewer = [], more = []] = [wordsOf(want), wordsOf(got)].sort((one, other) => one.length - other.length)
  return fewer.length > 0 && fewer.every((word) => more.includes(word))
}

/** The model without its maker and the word for a series. */
function bareModel(model: string, vendor: string | null): string {
  const maker = wordsOf(vendor ?? '')
  const words = wordsOf(model).filter((word) => word !== 'series')
  return words.slice(words.findIndex((word) => !maker.includes(word))).join(' ')
}
