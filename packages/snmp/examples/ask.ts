/** Asks a device on v3 for its name and its supplies: `node ask.ts ADDRESS PORT USER AUTH-PASSWORD PRIVACY-PASSWORD`. */
import { Client, Oid, Secret, systemClock, table, udpTransport } from '@platen/snmp'

const [address = '127.0.0.1', port = '161', name = 'fleet', auth = 'maplesyrup', privacy = 'a private word'] =
  process.argv.slice(2)

const client = new Client({ transport: await udpTransport(), clock: systemClock })
const session = client.session({
  address,
  port: Number(port),
  version: 'v3',
  user: {
    name,
    auth: { protocol: 'sha256', password: new Secret(auth) },
    privacy: { protocol: 'aes128', password: new Secret(privacy) },
  },
})

const outcome = await session.get([Oid.parse('1.3.6.1.2.1.1.5.0')])
if (outcome.ok) for (const { oid, value } of outcome.varbinds) console.log(oid.text, shown(value))
else console.log(outcome.reason, outcome.detail)

const columns = [6, 9].map((leaf) => Oid.parse('1.3.6.1.2.1.43.11.1.1').child(leaf))
const supplies = await table(session, columns, { maxRows: 64 })
if (supplies.ok) {
  for (const [index, row] of supplies.rows) console.log(index, ...[...row.values()].map(({ value }) => shown(value)))
}

console.log('engine', client.engineId(address, Number(port)))
await client.close()

/** Octets as text, everything else as it is. */
function shown(value: { type: string; value?: unknown }): unknown {
  return value.value instanceof Uint8Array ? new TextDecoder().decode(value.value) : value.value
}
