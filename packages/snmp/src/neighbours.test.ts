import { describe, expect, it } from 'vitest'
import { linuxNeighbours } from './neighbours.ts'

const ROUTES = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0100000A	0003	0	0	100	00000000	0	0	0
eth0	0000000A	00000000	0001	0	0	100	00F0FFFF	0	0	0
eth0	0002000A	0100000A	0003	0	0	100	00FFFFFF	0	0	0
tun0	0000640A	00000000	0001	0	0	0	0000FFFF	0	0	0
down0	0000A8C0	00000000	0000	0	0	0	0000FFFF	0	0	0
`
const ROUTES6 = `fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
20010db8000000010000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
20010db8000000010000000000000007 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo
`
const ARP = `IP address       HW type     Flags       HW address            Mask     Device
10.0.0.1         0x1         0x2         00:00:5e:00:53:01     *        eth0
10.0.0.9         0x1         0x0         00:00:00:00:00:00     *        eth0
`
const FILES: Readonly<Record<string, string>> = {
  '/proc/net/route': ROUTES,
  '/proc/net/ipv6_route': ROUTES6,
  '/proc/net/arp': ARP,
  '/sys/class/net/eth0/flags': '0x1003\n',
  '/sys/class/net/tun0/flags': '0x1091\n',
  '/sys/class/net/lo/flags': '0x9\n',
}

function reader(files: Readonly<Record<string, string>>) {
  return async (path: string) => {
    const text = files[path]
    if (text === undefined) throw new Error(`no ${path}`)
    return text
  }
}

describe('the neighbours that Linux names', () => {
  it('are nobody where there is no Linux', async () => {
    expect(await linuxNeighbours(reader({}))).toBeUndefined()
  })

  it.each([
    ['behind the default router', '8.8.8.8', false],
    ['on our own link', '10.0.0.7', true],
    ['at the end of our own link', '10.0.15.254', true],
    ['just outside of it', '10.0.16.1', false],
    ['behind a router though our link covers it', '10.0.2.9', false],
    ['in a tunnel, where nobody is looked for', '10.100.3.4', false],
    ['on a link that is down', '192.168.0.1', false],
    ['our own machine', '127.0.0.1', false],
    ['no address', 'printer', false],
    ['link-local', 'fe80::1%eth0', true],
    ['on our own link, IPv6', '2001:db8:0:1::20', true],
    ['ourselves, IPv6', '2001:db8:0:1::7', false],
    ['behind a router, IPv6', '2001:db8:0:2::20', false],
    ['the loopback, IPv6', '::1', false],
  ])('%s: %s %s', async (_where, address, expected) => {
    expect((await linuxNeighbours(reader(FILES)))?.isOnLink(address)).toBe(expected)
  })

  it('are at most six in ten of what the kernel keeps and is not looking for already', async () => {
    expect((await linuxNeighbours(reader(FILES)))?.most).toBe(613)
    const larger = { ...FILES, '/proc/sys/net/ipv4/neigh/default/gc_thresh3': '8192\n' }
    expect((await linuxNeighbours(reader(larger)))?.most).toBe(4_914)
    const full = { ...FILES, '/proc/net/arp': ARP + ARP.split('\n')[2]?.concat('\n').repeat(2_000) }
    expect((await linuxNeighbours(reader(full)))?.most).toBe(64)
  })
})
