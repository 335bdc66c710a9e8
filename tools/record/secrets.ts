/**
 * Finds what in a recording names one device, its place and its people: serial numbers, addresses, names, places, asset numbers. What is
 * found here is masked wherever else it stands; what only has the form of a secret (an e-mail address) is masked by `mask.ts` as well.
 */

import type { Reading } from '@platen/model'
import type { Varbind } from '@platen/snmp'
import { cleanedText, isPlaceholder } from './words.ts'

export type SecretKind = 'serial' | 'asset' | 'mac' | 'address' | 'hostName' | 'location' | 'contact' | 'name' | 'given'

/** One secret: its text (a MAC as 12 hex digits in lower case), and whether it is only one where it is the whole of a text. */
export interface Secret {
  readonly kind: SecretKind
  readonly text: string
  readonly isWholeOnly: boolean
}

/** Where secrets are told: RFC 3418 system, RFC 3805 prtGeneral, RFC 2863 interfaces, RFC 4293 addresses. */
const OBJECTS = {
  contact: '1.3.6.1.2.1.1.4.0',
  hostName: '1.3.6.1.2.1.1.5.0',
  location: '1.3.6.1.2.1.1.6.0',
} as const
const NAMES = '1.3.6.1.2.1.43.5.1.1.16.'
const SERIALS = '1.3.6.1.2.1.43.5.1.1.17.'
const MACS = '1.3.6.1.2.1.2.2.1.6.'
const OWN_ADDRESSES = '1.3.6.1.2.1.4.20.1.2.'
/** hrDeviceDescr, and the model in an IEEE 1284 id: a name that stands there is the maker's. sysDescr holds the host name on some. */
const DEVICE_NAMES = '1.3.6.1.2.1.25.3.2.1.3.'
const MODEL_KEYS = /(?:^|;)\s*(?:MDL|MODEL)\s*:([^;]+)/i
/** Serial numbers inside other texts: values of an IEEE 1284 id, and what a text calls so itself. */
const SERIAL_KEYS =
  /(?:^|[;,\s])(?:SERIALNUMBER|SERIAL NUMBER|SERIAL|SERN|SER|SN|S\/N)\s*[:=#]\s*([A-Za-z0-9-]{5,32})/gi
/** Shorter or of one kind of character: stands in other texts by chance. */
const SHORTEST_SERIAL = 6
const SHORTEST_NAME = 5

/** What is known of a device beside its rows. */
export interface Told {
  /** The address it was asked at, and the name of that if a name was given. */
  readonly asked: readonly string[]
  /** What profiles read of it. */
  readonly readings: readonly Reading[]
  /** What the person who records it wants masked. */
  readonly given: readonly string[]
}

/** All secrets of these rows, the longest first; no text twice. */
export function secretsOf(rows: readonly Varbind[], told: Told): readonly Secret[] {
  const finder = new Finder(rows)
  for (const text of told.given) finder.add('given', text, false)
  finder.ofRows()
  for (const reading of told.readings) finder.ofReading(reading)
  for (const text of told.asked) {
    if (isAddress(text)) finder.add('address', text, false)
    else finder.names('hostName', text)
  }
  return finder.secrets()
}

class Finder {
  readonly #rows: readonly Varbind[]
  readonly #models: string
  readonly #found = new Map<string, Secret>()

  constructor(rows: readonly Varbind[]) {
    this.#rows = rows
    this.#models = rows
      .flatMap((row) => {
        if (row.oid.text.startsWith(DEVICE_NAMES)) return [textOf(row)]
        return row.value.type === 'octets' ? [MODEL_KEYS.exec(textOf(row))?.[1] ?? ''] : []
      })
      .join('\n')
      .toLowerCase()
  }

  ofRows(): void {
    for (const row of this.#rows) {
      const { oid, value } = row
      const object = oid.text
      if (object.startsWith(SERIALS)) this.serial(textOf(row))
      else if (object.startsWith(NAMES)) this.names('name', textOf(row))
      else if (object.startsWith(MACS) && value.type === 'octets') this.mac(value.value)
      else if (object.startsWith(OWN_ADDRESSES)) this.add('address', object.slice(OWN_ADDRESSES.length), false)
      for (const [kind, place] of Object.entries(OBJECTS)) if (object === place) this.names(kindOf(kind), textOf(row))
      if (value.type === 'octets') {
        for (const [, serial = ''] of textOf(row).matchAll(SERIAL_KEYS)) if (/\d/.test(serial)) this.serial(serial)
      }
    }
  }

  ofReading({ identity, supplies }: Reading): void {
    const { serial, assetNumber, mac, hostName, location, contact } = identity
    if (serial !== null) this.serial(serial)
    if (assetNumber !== null) this.names('asset', assetNumber)
    if (mac !== null) this.mac(Buffer.from(mac.replaceAll(':', ''), 'hex'))
    if (hostName !== null) this.names('hostName', hostName)
    if (location !== null) this.names('location', location)
    if (contact !== null) this.names('contact', contact)
    for (const supply of supplies) if (supply.serial !== null) this.serial(supply.serial)
  }

  /** A serial stands in other texts too; one that is short or all digits may be any number there. */
  serial(text: string): void {
    const isPlain = text.length < SHORTEST_SERIAL || new Set(text).size < 3
    if (!isPlaceholder(text)) this.add('serial', text, isPlain)
  }

  mac(octets: Uint8Array): void {
    const hex = Buffer.from(octets).toString('hex')
    const written = Buffer.from(octets)
      .toString('latin1')
      .replaceAll(/[^0-9a-f]/gi, '')
      .toLowerCase()
    const text = octets.length === 6 ? hex : written
    if (text.length === 12 && !/^(0{12}|f{12})$/.test(text)) this.add('mac', text, false)
  }

  /** A name, and the parts of a full host name: its first label and its domain. */
  names(kind: SecretKind, text: string): void {
    if (isPlaceholder(text) || this.#isModel(text)) return
    if (isAddress(text)) {
      this.add('address', text, false)
      return
    }
    this.add(kind, text, text.length < SHORTEST_NAME)
    const [host = '', ...domain] = text.split('.')
    const isHost = (kind === 'hostName' || kind === 'name') && domain.length > 0 && !/\s/.test(text)
    if (!isHost) return
    if (!this.#isModel(host)) this.add(kind, host, host.length < SHORTEST_NAME)
    if (domain.length > 1) this.add(kind, domain.join('.'), false)
  }

  add(kind: SecretKind, text: string, isWholeOnly: boolean): void {
    const key = text.toLowerCase()
    if (text === '' || /^127\.|^0\.0\.0\.0$|^::1$/.test(text)) return
    const known = this.#found.get(key)
    // The stricter word counts; who was found first keeps its kind.
    if (known === undefined) this.#found.set(key, { kind, text, isWholeOnly })
    else if (known.isWholeOnly && !isWholeOnly) this.#found.set(key, { ...known, isWholeOnly })
  }

  secrets(): readonly Secret[] {
    return [...this.#found.values()].sort((one, other) => other.text.length - one.text.length)
  }

  /** Devices are called by their model until somebody gives them a name. */
  #isModel(text: string): boolean {
    return this.#models.includes(text.toLowerCase())
  }
}

function kindOf(kind: string): SecretKind {
  return kind === 'contact' || kind === 'location' ? kind : 'hostName'
}

const textOf = ({ value }: Varbind): string => (value.type === 'octets' ? cleanedText(value.value) : '')

/** IPv4, or what can only be IPv6. */
function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^[0-9a-f]*(:[0-9a-f]*){2,7}(%\w+)?$/i.test(text)
}
