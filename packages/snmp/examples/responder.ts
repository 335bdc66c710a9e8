/** Plays a device on v2c (community `public`) and v3 (user `fleet`): `node responder.ts PORT`. Ends when it is stopped. */
import {
  Authority,
  decodeMessage,
  encodeResponse,
  Oid,
  type Pdu,
  systemClock,
  udpTransport,
  type Value,
  type Varbind,
} from '@platen/snmp'

const [port = '1161'] = process.argv.slice(2)

const objects: readonly Varbind[] = [
  object('1.3.6.1.2.1.1.5.0', text('copier on floor 2')),
  object('1.3.6.1.2.1.43.11.1.1.6.1.1', text('black toner')),
  object('1.3.6.1.2.1.43.11.1.1.6.1.2', text('waste toner')),
  object('1.3.6.1.2.1.43.11.1.1.9.1.1', { type: 'integer', value: 4_200 }),
  object('1.3.6.1.2.1.43.11.1.1.9.1.2', { type: 'integer', value: -3 }),
]

const authority = new Authority({
  engineId: Uint8Array.of(0x80, 0, 0, 0, 4, 0x63, 0x6f, 0x70, 0x69, 0x65, 0x72),
  boots: 1,
  clock: systemClock,
  users: [
    {
      name: 'fleet',
      auth: { protocol: 'sha256', password: 'maplesyrup' },
      privacy: { protocol: 'aes128', password: 'a private word' },
    },
  ],
})

const transport = await udpTransport({ address: '127.0.0.1', address6: '', port: Number(port) })
transport.listen({
  arrived(bytes, from, fromPort) {
    const reply = replyTo(bytes)
    if (reply !== undefined) transport.send(reply, from, fromPort, false)
  },
  failed: () => undefined,
  turned: () => undefined,
})
console.log(`answering on 127.0.0.1:${port}`)

function replyTo(bytes: Uint8Array): Uint8Array | undefined {
  const decoded = decodeMessage(bytes)
  if (decoded.ok) {
    const { version, community, pdu } = decoded.message
    if (community !== 'public' || version === 'v1') return undefined
    return encodeResponse({ version, community, id: pdu.id, varbinds: answerTo(pdu) })
  }
  const received = authority.receive(bytes)
  return received.ok ? received.request.answer({ varbinds: answerTo(received.request.pdu) }) : received.reply
}

/** RFC 3416 section 4.2, for GET, GETNEXT and GETBULK. */
function answerTo(pdu: Pdu): Varbind[] {
  if (pdu.type === 'get') return pdu.varbinds.map(({ oid }) => held(oid) ?? { oid, value: { type: 'noSuchInstance' } })
  let row = pdu.varbinds
  const varbinds: Varbind[] = []
  for (let count = pdu.type === 'bulk' ? Math.min(pdu.maxRepetitions, 50) : 1; count > 0; count--) {
    row = row.map(({ oid }) => after(oid) ?? { oid, value: { type: 'endOfMibView' } })
    varbinds.push(...row)
  }
  return varbinds
}

function held(oid: Oid): Varbind | undefined {
  return objects.find((each) => each.oid.equals(oid))
}

function after(oid: Oid): Varbind | undefined {
  return objects.find((each) => each.oid.compare(oid) > 0)
}

function object(name: string, value: Value): Varbind {
  return { oid: Oid.parse(name), value }
}

function text(value: string): Value {
  return { type: 'octets', value: new TextEncoder().encode(value) }
}
