/** Raw answers of a device as the Onsite sent them, made readable without changing them. Pure. */

/** SNMP type numbers (RFC 2578 section 7.1, RFC 1157 tags) by the names people know. */
const types: Readonly<Record<string, string>> = {
  '2': 'Integer',
  '4': 'Octets',
  '5': 'Null',
  '6': 'OID',
  '64': 'Address',
  '65': 'Counter32',
  '66': 'Gauge32',
  '67': 'TimeTicks',
  '68': 'Opaque',
  '70': 'Counter64',
}

export interface Answer {
  readonly type: string
  /** The value as sent; octets as text where they are printable, else in hex. */
  readonly value: string
}

/** Reads `tag|value`, where octets are hex after an `x` on either side of the bar; what it cannot read is shown as it came. */
export function readAnswer(raw: string): Answer {
  const match = /^(\d+)(x?)\|(x?)(.*)$/s.exec(raw)
  if (match === null) return { type: '', value: raw }
  const [, tag = '', before = '', after = '', rest = ''] = match
  const type = types[tag] ?? tag
  if (before === '' && after === '') return { type, value: rest }
  return { type, value: octets(rest) ?? `${after}${rest}` }
}

function octets(hex: string): string | null {
  if (!/^([0-9a-f]{2})*$/i.test(hex)) return null
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const printable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  return printable ? new TextDecoder().decode(bytes) : (hex.match(/../g) ?? []).join(' ')
}
