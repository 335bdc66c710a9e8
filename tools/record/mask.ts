/**
 * Puts something else in place of every secret, the same for the same secret all over the recording and of the same look, so that a
 * masked device still tells one story: its serial number is one, its MAC has its maker's beginning, its interface has its address.
 */
import { Oid, type Value, type Varbind } from '@platen/snmp'
import { Patterns } from './patterns.ts'
import type { Secret, SecretKind } from './secrets.ts'
import { serialLike } from './serial-like.ts'

/** A stretch of octets that gives the device away, and what stands there instead. */
interface Replacement {
  /** In lower case where it is text: names are written either way. */
  readonly from: string
  readonly to: string
  readonly isWholeOnly: boolean
  /** Letters on either side make it a part of another word. */
  readonly isWord: boolean
}

/** Masks rows by a list of secrets. The same secrets in the same order give the same masks. */
export class Mask {
  readonly #replacements: readonly Replacement[]
  /** Without secrets that stand in a mask, e.g. of somebody who calls a place "Location": they would be found for ever. */
  readonly #own: readonly Replacement[]
  readonly #arcs: readonly { readonly from: string; readonly to: string }[]
  readonly #numbers: ReadonlyMap<string, number>
  readonly #patterns: Patterns

  constructor(secrets: readonly Secret[]) {
    const numbered = withMasks(secrets)
    this.#replacements = numbered.flatMap(replacementsOf).sort((one, other) => other.from.length - one.from.length)
    const masks = this.#replacements.map(({ to }) => to.toLowerCase())
    this.#own = this.#replacements.filter(({ from }) => !masks.some((mask) => mask.includes(from)))
    const addresses = numbered.filter(({ kind, text }) => kind === 'address' && !text.includes(':'))
    this.#arcs = addresses.map(({ text, mask }) => ({ from: `.${text}.`, to: `.${mask}.` }))
    this.#numbers = new Map(
      numbered.flatMap(({ kind, text, mask }) =>
        kind === 'serial' && /^[1-9]\d{5,8}$/.test(text) ? [[text, Number(mask)] as const] : [],
      ),
    )
    this.#patterns = new Patterns(numbered)
  }

  /** The rows without secrets, in rising order of OID. */
  rows(rows: readonly Varbind[]): readonly Varbind[] {
    return rows
      .map(({ oid, value }) => ({ oid: this.#oid(oid), value: this.#value(value) }))
      .sort((one, other) => one.oid.compare(other.oid))
  }

  /** The name of an object without an address in it; '' stays. */
  object(text: string): string {
    return text === '' ? '' : this.#oid(Oid.parse(text)).text
  }

  /** How many secrets of this recording still stand in masked rows; anything but 0 is our bug. */
  left(masked: readonly Varbind[]): number {
    let left = 0
    for (const { value } of masked) {
      if (value.type !== 'octets' && value.type !== 'opaque') continue
      const text = latin1(value.value)
      if (replacedBy(this.#own, text) !== text) left++
    }
    return left
  }

  #value(value: Value): Value {
    switch (value.type) {
      case 'octets':
      case 'opaque': {
        const before = latin1(value.value)
        const known = this.#replaced(before)
        const after = this.#patterns.replace(known)
        return after === before ? value : { type: value.type, value: new Uint8Array(Buffer.from(after, 'latin1')) }
      }
      case 'address':
        return { type: 'address', value: this.#patterns.address(value.value) }
      case 'oid':
        return { type: 'oid', value: this.#oid(value.value) }
      case 'integer':
      case 'counter32':
      case 'gauge32':
        return { type: value.type, value: this.#numbers.get(String(value.value)) ?? value.value }
      default:
        return value
    }
  }

  /** Addresses are indexes of tables. */
  #oid(oid: Oid): Oid {
    const text = `${oid.text}.`
    const found = this.#arcs.find(({ from }) => text.includes(from))
    return found === undefined ? oid : Oid.parse(text.replace(found.from, found.to).slice(0, -1))
  }

  #replaced(text: string): string {
    return replacedBy(this.#replacements, text)
  }
}

function replacedBy(replacements: readonly Replacement[], text: string): string {
  let now = text
  for (const replacement of replacements) now = replaceAll(now, replacement)
  return now
}

const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')

function replaceAll(text: string, { from, to, isWholeOnly, isWord }: Replacement): string {
  const lower = text.toLowerCase()
  if (isWholeOnly) return lower === from ? to : trimmed(lower) === from ? text.replace(trimmed(text), () => to) : text
  let done = ''
  let at = 0
  for (let found = lower.indexOf(from); found >= 0; found = lower.indexOf(from, found + 1)) {
    if (found < at || (isWord && isInWord(lower, found, from.length))) continue
    done += text.slice(at, found) + to
    at = found + from.length
  }
  return at === 0 ? text : done + text.slice(at)
}

const trimmed = (text: string): string => text.replaceAll(/^[\0-\x20]+|[\0-\x20]+$/g, '')

const isInWord = (text: string, at: number, length: number): boolean =>
  /[a-z\xe0-\xff]/.test(text.charAt(at - 1)) || /[a-z\xe0-\xff]/.test(text.charAt(at + length))

/** A secret with what stands in its place. */
export interface MaskedSecret extends Secret {
  readonly mask: string
}

/** Gives every secret its mask; the number in it is the secret's place among those of its kind. */
function withMasks(secrets: readonly Secret[]): readonly MaskedSecret[] {
  const counts = new Map<SecretKind, number>()
  return secrets.map((secret) => {
    const number = (counts.get(secret.kind) ?? 0) + 1
    counts.set(secret.kind, number)
    return { ...secret, mask: maskOf(secret, number) }
  })
}

function maskOf({ kind, text }: Secret, number: number): string {
  switch (kind) {
    case 'serial':
    case 'asset':
      return serialLike(text, number)
    case 'mac':
      return text.slice(0, 6) + number.toString(16).padStart(6, '0')
    case 'address':
      return text.includes(':') ? `2001:db8::${number.toString(16)}` : `192.0.2.${9 + number}`
    case 'hostName':
      return /\./.test(text) ? `device-${number}.example.com` : `device-${number}`
    case 'location':
      return `Location ${number}`
    case 'contact':
      return /@/.test(text) ? `contact-${number}@example.com` : `Contact ${number}`
    case 'name':
      return `Name ${number}`
    case 'given':
      return `Masked ${number}`
  }
}

/** Every way in which a secret may be written. */
function replacementsOf({ kind, text, mask, isWholeOnly }: MaskedSecret): readonly Replacement[] {
  if (kind === 'mac') return macForms(text, mask)
  const isWord = /^\p{L}|\p{L}$/u.test(text) && kind !== 'serial'
  const forms = (['utf8', 'latin1', 'utf16le'] as const).map((encoding) => ({
    from: Buffer.from(text, encoding).toString('latin1').toLowerCase(),
    to: Buffer.from(mask, encoding).toString('latin1'),
    isWholeOnly,
    isWord,
  }))
  // A serial number written as hex digits of its text.
  const hex = {
    from: Buffer.from(text).toString('hex'),
    to: Buffer.from(mask).toString('hex'),
    isWholeOnly,
    isWord: false,
  }
  const raw = kind === 'address' && !text.includes(':') ? [rawAddress(text, mask)] : []
  return [...forms, ...raw, ...(kind === 'serial' ? [hex] : [])]
}

/** The four octets as they are; in longer values they may be any number. */
function rawAddress(from: string, to: string): Replacement {
  const octets = (address: string): string => String.fromCharCode(...address.split('.').map(Number))
  return { from: octets(from).toLowerCase(), to: octets(to), isWholeOnly: true, isWord: false }
}

/** A MAC as octets, as text with and without marks between, and its own half alone, of which default host names are made. */
function macForms(from: string, to: string): readonly Replacement[] {
  const pairs = (hex: string): readonly string[] => hex.match(/../g) ?? []
  const octets = (hex: string): string => String.fromCharCode(...pairs(hex).map((pair) => Number.parseInt(pair, 16)))
  const short = (hex: string): string =>
    pairs(hex)
      .map((pair) => pair.replace(/^0/, ''))
      .join(':')
  const written = ['', ':', '-', ' '].map((mark) => ({
    from: pairs(from).join(mark),
    to: pairs(to).join(mark).toUpperCase(),
  }))
  const own = /[a-f]/.test(from.slice(6)) ? [{ from: from.slice(6), to: to.slice(6).toUpperCase() }] : []
  const forms = [
    { from: octets(from).toLowerCase(), to: octets(to) },
    { from: short(from), to: short(to).toUpperCase() },
    ...written,
    ...own,
  ]
  return forms.map((form) => ({ ...form, isWholeOnly: false, isWord: false }))
}
