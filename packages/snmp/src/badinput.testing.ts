/** Hostile and real datagrams from outside the repository, `../shared/badinput`; tests that use them are skipped where it is missing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

const FOLDER = resolve(import.meta.dirname, '../../../../shared/badinput')

/** Whether the data is there. */
export const hasBadInput = existsSync(join(FOLDER, 'own/snmp-hostile-messages.json'))

/** The path of a file of the data. */
export function badInputPath(name: string): string {
  return join(FOLDER, name)
}

/** One datagram and what a poller must make of it. */
export interface HostileCase {
  readonly name: string
  readonly hex: string
  readonly expect: string
  readonly cat: string
}

/** The cases for pollers: all but those for a trap port. */
export function hostileCases(): HostileCase[] {
  return allCases().filter(({ cat }) => cat !== 'trap')
}

/** The cases for a trap port. */
export function trapCases(): HostileCase[] {
  return allCases().filter(({ cat }) => cat === 'trap')
}

function allCases(): HostileCase[] {
  if (!hasBadInput) return []
  const file: { cases: HostileCase[] } = JSON.parse(
    readFileSync(join(FOLDER, 'own/snmp-hostile-messages.json'), 'utf8'),
  )
  return file.cases
}

/** Every n-th PROTOS payload. */
export function protosPayloads(every: number): Uint8Array[] {
  return payloadsIn((file) => file.endsWith('.payloads.txt.gz'), every)
}

/** Every n-th PROTOS payload that was made for a trap port. */
export function trapPayloads(every: number): Uint8Array[] {
  return payloadsIn((file) => file.includes('-trap-') && file.endsWith('.payloads.txt.gz'), every)
}

function payloadsIn(isWanted: (file: string) => boolean, every: number): Uint8Array[] {
  const folder = join(FOLDER, 'snmp/protos')
  const files = readdirSync(folder).filter(isWanted)
  const lines = files.flatMap((file) =>
    gunzipSync(readFileSync(join(folder, file)))
      .toString('latin1')
      .trim()
      .split('\n'),
  )
  return lines
    .filter((_, at) => at % every === 0)
    .map((line) => Uint8Array.from(Buffer.from(line.split(' ')[2] ?? '', 'hex')))
}

/** One message of each type, from another implementation's tests. */
export function foreignMessages(): Map<string, Uint8Array> {
  const folder = join(FOLDER, 'snmp/gosnmp')
  const files = readdirSync(folder).filter((file) => file.endsWith('.b64'))
  return new Map(
    files.map((file) => [file, Uint8Array.from(Buffer.from(readFileSync(join(folder, file), 'latin1'), 'base64'))]),
  )
}

/** The payloads of captures in which somebody sends traps. */
export function foreignTraps(): Uint8Array[] {
  return [...capturedPayloads()].filter(([file]) => /trap/.test(file)).flatMap(([, payloads]) => payloads)
}

/** UDP payloads of all captures in classic pcap form (Ethernet, IPv4), by file. */
export function capturedPayloads(): Map<string, Uint8Array[]> {
  const folders = ['wireshark', 'tcpdump', 'zeek', 'suricata'].map((name) => join(FOLDER, 'snmp', name))
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
  return new Map(files.map((file) => [file, payloadsOf(readFileSync(file))]))
}

function payloadsOf(capture: Buffer): Uint8Array[] {
  const payloads: Uint8Array[] = []
  if (capture.length < 24 || capture.readUInt32LE(0) !== 0xa1b2c3d4) return payloads
  for (let at = 24; at + 16 <= capture.length; at += 16 + capture.readUInt32LE(at + 8)) {
    const packet = capture.subarray(at + 16, at + 16 + capture.readUInt32LE(at + 8))
    const header = 14 + ((packet[14] ?? 0) & 15) * 4
    const isUdp = packet.length > header + 8 && packet.readUInt16BE(12) === 0x0800 && packet[23] === 17
    if (isUdp) payloads.push(Uint8Array.from(packet.subarray(header + 8, header + packet.readUInt16BE(header + 4))))
  }
  return payloads
}
