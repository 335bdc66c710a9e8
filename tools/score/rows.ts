/** Looks into a recording's rows: what it holds at all, so that nothing is asked of a reading that no device said. */
import type { Value, Varbind } from '@platen/snmp'

const HOST_NAME = '1.3.6.1.2.1.1.5.0'

/** The rows of one recording, looked up by object or by what they say. */
export class Rows {
  readonly #byObject: ReadonlyMap<string, Value>
  readonly #texts: readonly string[]

  constructor(rows: readonly Varbind[]) {
    this.#byObject = new Map(rows.map(({ oid, value }) => [oid.text, value]))
    this.#texts = rows.flatMap(({ oid, value }) => {
      const text = oid.text === HOST_NAME ? '' : textOf(value)
      return text === '' ? [] : [text.toLowerCase()]
    })
  }

  has(object: string): boolean {
    return this.#byObject.has(object)
  }

  /** A count, whatever type carries it; a text of digits counts. */
  count(object: string): bigint | null {
    const value = this.#byObject.get(object)
    if (value === undefined) return null
    if (!('value' in value)) return null
    const text = value.type === 'octets' ? Buffer.from(value.value).toString('latin1').trim() : String(value.value)
    return /^\d{1,20}$/.test(text) ? BigInt(text) : null
  }

  /** Whether any number of the recording is this count. */
  counts(count: bigint): boolean {
    const wanted = String(count)
    return [...this.#byObject.values()].some(
      (value) => 'value' in value && value.type !== 'octets' && String(value.value) === wanted,
    )
  }

  /** Whether any text of the recording holds these words. The name a network gave the device is none of its own. */
  says(words: string): boolean {
    const wanted = words.toLowerCase()
    return this.#texts.some((text) => text.includes(wanted))
  }
}

/** Octets as text without controls, in both ways they may be meant; '' for what is no text. */
function textOf(value: Value): string {
  if (value.type === 'integer') return String(value.value)
  if (value.type !== 'octets') return ''
  const octets = Buffer.from(value.value)
  return `${octets.toString('latin1')}\n${octets.toString('utf8')}`.replaceAll('\0', '').trim()
}
