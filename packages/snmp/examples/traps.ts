/** Prints what devices on this machine tell unasked: `node traps.ts PORT`. Ends when it is stopped. */
import { systemClock, TrapReceiver, udpTransport } from '@platen/snmp'

const [port = '1162'] = process.argv.slice(2)

const receiver = new TrapReceiver({
  transport: await udpTransport({ address: '127.0.0.1', address6: '', port: Number(port) }),
  clock: systemClock,
  isKnown: (address) => address === '127.0.0.1',
  communities: ['public'],
  users: [{ name: 'fleet', auth: { protocol: 'sha256', password: 'maplesyrup' } }],
  // One more at each start: a program that keeps state keeps this number too.
  engine: { id: Uint8Array.of(0x80, 0, 0, 0, 4, 0x74, 0x72, 0x61, 0x70, 0x73), boots: 1 },
  deliver: ({ address, version, kind, trap, varbinds }) => {
    console.log(address, version, kind, trap.text, JSON.stringify(varbinds.map(({ oid }) => oid.text)))
    console.log(receiver.stats.arrived, 'arrived')
  },
})
console.log(`listening on 127.0.0.1:${port}`)
