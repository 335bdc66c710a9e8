/** The fleet where there is no C compiler: one socket a device, the same objects. Usage: node node-fleet.ts PORT COUNT */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { decodeMessage, encodeResponse, type Oid, type Value } from '@platen/snmp'
import { addressOf } from './fleet.ts'

const [port = 16100, count = 1_000] = process.argv.slice(2).map(Number)

for (let n = 0; n < count; n++) {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, from) => {
    const decoded = decodeMessage(bytes)
    if (!decoded.ok) return
    const { version, community, pdu } = decoded.message
    const varbinds = pdu.varbinds.map(({ oid }) => ({ oid, value: fakeValue(oid, n) }))
    socket.send(encodeResponse({ version, community, id: pdu.id, varbinds }), from.port, from.address)
  })
  socket.bind(port, addressOf(n))
  await once(socket, 'listening')
}
console.log('ready')

function fakeValue(oid: Oid, n: number): Value {
  const hash = oid.bytes.reduce((sum, octet) => Math.imul(sum ^ octet, 16_777_619) >>> 0, 2_166_136_261)
  const kind = (hash >>> 16) % 10
  if (kind < 4) return { type: 'integer', value: ((hash ^ n) % 20_000) & 0x7fff }
  if (kind < 7) return { type: 'counter32', value: (hash ^ n) >>> 0 }
  return { type: 'octets', value: new Uint8Array(8 + (hash % 16)).fill(65 + (n % 26)) }
}
