/** Made-up devices and a clock that tests turn by hand, for the tests of this package. */
import { type Clock, decodeMessage, encodeRequest, Oid, type Value, type Version } from '@platen/snmp'
import type { View } from './agent.ts'
import type { NamedRecording } from './fleet.ts'
import { parseSnmprec } from './recordings.ts'

/** A colour device with two functions whose private counters add up, a packed record, supplies of every kind of level and two trays. */
export const ACME = `
1.3.6.1.2.1.1.1.0|4|Acme Press 9
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1
1.3.6.1.2.1.1.3.0|67|1000
1.3.6.1.2.1.1.5.0|4|ACME0001
1.3.6.1.2.1.1.6.0|4|Somewhere
1.3.6.1.2.1.2.2.1.6.1|4x|02aabb112233
1.3.6.1.2.1.4.20.1.1.10.1.2.3|64|10.1.2.3
1.3.6.1.2.1.4.20.1.1.127.0.0.1|64|127.0.0.1
1.3.6.1.2.1.4.20.1.2.10.1.2.3|2|1
1.3.6.1.2.1.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5
1.3.6.1.2.1.31.1.1.1.6.1|70|5
1.3.6.1.2.1.43.5.1.1.17.1|4|AC42X00117
1.3.6.1.2.1.43.8.2.1.9.1.1|2|500
1.3.6.1.2.1.43.8.2.1.10.1.1|2|250
1.3.6.1.2.1.43.10.2.1.4.1.1|65|1000
1.3.6.1.2.1.43.11.1.1.3.1.1|2|1
1.3.6.1.2.1.43.11.1.1.3.1.2|2|2
1.3.6.1.2.1.43.11.1.1.3.1.3|2|0
1.3.6.1.2.1.43.11.1.1.5.1.1|2|3
1.3.6.1.2.1.43.11.1.1.5.1.2|2|3
1.3.6.1.2.1.43.11.1.1.5.1.3|2|4
1.3.6.1.2.1.43.11.1.1.8.1.1|2|100
1.3.6.1.2.1.43.11.1.1.8.1.2|2|100
1.3.6.1.2.1.43.11.1.1.8.1.3|2|-2
1.3.6.1.2.1.43.11.1.1.9.1.1|2|60
1.3.6.1.2.1.43.11.1.1.9.1.2|2|80
1.3.6.1.2.1.43.11.1.1.9.1.3|2|-3
1.3.6.1.2.1.43.12.1.1.4.1.1|4|black
1.3.6.1.2.1.43.12.1.1.4.1.2|4|cyan
1.3.6.1.4.1.99999.1.1.0|2|700
1.3.6.1.4.1.99999.1.2.0|2|300
1.3.6.1.4.1.99999.1.3.1|4|Colour
1.3.6.1.4.1.99999.1.3.2|4|B/W
1.3.6.1.4.1.99999.1.4.1|65|400
1.3.6.1.4.1.99999.1.4.2|65|600
1.3.6.1.4.1.99999.1.5.0|4x|000104000003e8110104000002bcff
1.3.6.1.4.1.99999.1.6.1.0|2|4800
1.3.6.1.4.1.99999.1.7.0|4|SN:AC42X00117;MAC:02-AA-BB-11-22-33;
1.3.6.1.4.1.99999.1.8.0|4|AC-SECOND-77
`

/** How that device moves, as a growth file would say it. */
export const ACME_GROWTH = {
  about: 'A made-up device',
  match: ['1.3.6.1.4.1.99999'],
  pagesPerHour: [10, 60],
  traits: { work: { print: 0.6, copy: 0.3, scan: 0.1 }, colour: { mono: 0.7, full: 0.3 } },
  meters: [
    { at: '1.3.6.1.4.1.99999.1.1', counts: [{ work: ['print'] }] },
    { at: '1.3.6.1.4.1.99999.1.2', counts: [{ work: ['copy'] }] },
    {
      at: '1.3.6.1.4.1.99999.1.4',
      labelled: { column: '1.3.6.1.4.1.99999.1.3', as: ['colour'] },
      counts: [{ work: ['print', 'copy'], colour: ['full'] }],
    },
    {
      at: '1.3.6.1.4.1.99999.1.4',
      labelled: { column: '1.3.6.1.4.1.99999.1.3', as: ['b/w'] },
      counts: [{ work: ['print', 'copy'], colour: ['mono'] }],
    },
    {
      at: '1.3.6.1.4.1.99999.1.5',
      record: '00',
      counts: [{ work: ['print', 'copy'] }],
    },
    {
      at: '1.3.6.1.4.1.99999.1.5',
      record: '11',
      counts: [{ work: ['print'] }],
    },
  ],
  supplies: [
    {
      colorant: 'black',
      counts: [{ work: ['print', 'copy'] }],
      yield: 8000,
      shown: [{ at: '1.3.6.1.4.1.99999.1.6.{supply}', full: 8000 }],
    },
  ],
  serials: ['1.3.6.1.4.1.99999.1.8.0'],
}

/** The made-up device as a fleet takes it. */
export const acme = (): NamedRecording => ({ name: 'acme', rows: parseSnmprec(ACME).rows })

/** A clock that stands still until it is turned. */
export class HandClock implements Clock {
  #now = 5_000
  #waiting: { at: number; wake: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(milliseconds: number, wake: () => void): () => void {
    const entry = { at: this.#now + milliseconds, wake }
    this.#waiting.push(entry)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry)
    }
  }

  turn(milliseconds: number): void {
    this.#now += milliseconds
    const due = this.#waiting.filter(({ at }) => at <= this.#now)
    this.#waiting = this.#waiting.filter(({ at }) => at > this.#now)
    for (const { wake } of due) wake()
  }
}

/** An object's number, text or hex, whatever it holds; nothing if the device has no such object. */
export function read(view: View, oid: string): string | undefined {
  const value: Value | undefined = view.get(Oid.parse(oid))?.value
  if (value === undefined || !('value' in value)) return undefined
  if (value.type !== 'octets') return String(value.value)
  const bytes = Buffer.from(value.value)
  return bytes.every((octet) => octet >= 0x20 && octet < 0x7f) ? bytes.toString('latin1') : bytes.toString('hex')
}

/** What a device is asked in a test. */
export interface Question {
  readonly type: 'get' | 'next' | 'bulk'
  readonly oids: readonly string[]
  readonly version?: Version
  readonly community?: string
  readonly repetitions?: number
}

/** One datagram that asks. */
export function ask({ type, oids, version = 'v2c', community = 'public', repetitions }: Question): Uint8Array {
  const parts = { version, community, type, id: 42, oids: oids.map((oid) => Oid.parse(oid)) }
  return encodeRequest(repetitions === undefined ? parts : { ...parts, repetitions })
}

/** An answer as one line an object, `OID=value`, after its error if it has one; what is no answer says so. */
export function told(datagram: Uint8Array | undefined): readonly string[] {
  if (datagram === undefined) return ['silence']
  const decoded = decodeMessage(datagram)
  if (!decoded.ok || decoded.message.pdu.type === 'bulk') return ['no message']
  const { errorStatus, errorIndex, varbinds } = decoded.message.pdu
  const lines = varbinds.map(({ oid, value }) => `${oid.text}=${shown(value)}`)
  return errorStatus === 0 ? lines : [`error ${errorStatus} at ${errorIndex}`, ...lines]
}

function shown(value: Value): string {
  if (!('value' in value)) return value.type
  return value.type === 'octets' || value.type === 'opaque'
    ? Buffer.from(value.value).toString('latin1')
    : String(value.value)
}
