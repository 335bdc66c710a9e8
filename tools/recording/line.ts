/** Writes one object as a line of a recording, so that reading the line gives the very same object. */
import type { Varbind } from '@platen/snmp'

/** `OID|TAG|VALUE`; null for what says that there is no object. Octets that are no plain text are written in hex. */
export function snmprecLine({ oid, value }: Varbind): string | null {
  switch (value.type) {
    case 'integer':
      return `${oid.text}|2|${value.value}`
    case 'octets':
      return octetsLine(oid.text, value.value)
    case 'null':
      return `${oid.text}|5|`
    case 'oid':
      return `${oid.text}|6|${value.value.text}`
    case 'address':
      return `${oid.text}|64|${value.value}`
    case 'counter32':
    case 'gauge32':
    case 'timeTicks':
      return `${oid.text}|${TAGS[value.type]}|${value.value}`
    case 'opaque':
      return `${oid.text}|68x|${Buffer.from(value.value).toString('hex')}`
    case 'float':
      return `${oid.text}|68x|${doubleHex(value.value)}`
    case 'counter64':
      return `${oid.text}|70|${value.value}`
    default:
      return null
  }
}

const TAGS = { counter32: 65, gauge32: 66, timeTicks: 67 } as const
/** Control characters and what an editor or a version control would change unseen. */
const UNSAFE = /[\p{Cc}\u2028\u2029\ufeff\ufffd]|[ \u00a0]$/u

function octetsLine(object: string, octets: Uint8Array): string {
  const text = Buffer.from(octets).toString('utf8')
  const isText = !UNSAFE.test(text) && Buffer.from(text, 'utf8').equals(octets)
  return isText ? `${object}|4|${text}` : `${object}|4x|${Buffer.from(octets).toString('hex')}`
}

/** net-snmp's double inside an Opaque, as the engine reads it. */
function doubleHex(value: number): string {
  const octets = Buffer.alloc(11)
  octets.set([0x9f, 0x79, 8])
  octets.writeDoubleBE(value, 3)
  return octets.toString('hex')
}
