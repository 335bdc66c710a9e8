/** Puts simulated devices on the network: one UDP socket an address, since an answer must come from the address that was asked. */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv4 } from 'node:net'
import type { Clock } from '@platen/snmp'
import type { Packet } from './faults.ts'
import type { Printer } from './printer.ts'

/** Devices being served. */
export interface Server {
  /** Datagrams that have arrived, right or wrong. */
  asked(): number
  close(): Promise<void>
}

/** Sockets opened at once: the system answers that they are open one by one. */
const OPENED_AT_ONCE = 256

/** Where devices are served. `swallow`: what goes to another address on the port is lost there, in place of being refused by the kernel. */
export interface Place {
  readonly port: number
  readonly swallow: boolean
}

/** Serves every device at its own address. @throws Error if an address cannot be bound; all sockets are closed then. */
export async function serve(printers: readonly Printer[], { port, swallow }: Place, clock: Clock): Promise<Server> {
  const desk = new Desk(clock, swallow)
  try {
    if (swallow) await desk.swallow(port)
    for (let at = 0; at < printers.length; at += OPENED_AT_ONCE) {
      const next = printers.slice(at, at + OPENED_AT_ONCE).filter(({ isAbsent }) => !isAbsent)
      await Promise.all(next.map((printer) => desk.open(printer, port)))
    }
  } catch (error) {
    await desk.close()
    throw error
  }
  return { asked: () => desk.asked, close: () => desk.close() }
}

/** All sockets of a fleet, and the answers that are still on their way. */
class Desk {
  asked = 0
  readonly #clock: Clock
  readonly #sockets = new Set<Socket>()
  readonly #late = new Set<() => void>()
  /** Sockets that wrong answers come from, by address and port; opened when first needed. */
  readonly #strange = new Map<string, Promise<Socket>>()
  readonly #shares: boolean
  #closed = false

  constructor(clock: Clock, shares: boolean) {
    this.#clock = clock
    this.#shares = shares
  }

  /** A socket for all addresses that have none of their own. */
  async swallow(port: number): Promise<void> {
    await this.#bind('0.0.0.0', port)
  }

  async open(printer: Printer, port: number): Promise<void> {
    const socket = await this.#bind(printer.address, port)
    socket.on('message', (datagram, peer) => {
      this.asked++
      for (const packet of printer.answer(datagram, this.#clock.now())) {
        const send = () => this.#send(socket, packet, { address: peer.address, port: peer.port })
        if (packet.delay === 0) send()
        else this.#later(packet.delay, send)
      }
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const cancel of this.#late) cancel()
    this.#late.clear()
    await Promise.allSettled(this.#strange.values())
    await Promise.all([...this.#sockets].map((socket) => new Promise<void>((done) => socket.close(() => done()))))
    this.#sockets.clear()
  }

  #later(delay: number, send: () => void): void {
    const cancel = this.#clock.after(delay, () => {
      this.#late.delete(cancel)
      send()
    })
    this.#late.add(cancel)
  }

  #send(own: Socket, packet: Packet, to: { readonly address: string; readonly port: number }): void {
    if (this.#closed) return
    // The asker may be gone by now; a device never learns that.
    const send = (socket: Socket) => socket.send(packet.bytes, to.port, to.address, () => undefined)
    if (packet.from === 'asked') {
      send(own)
      return
    }
    const { address, port } = own.address()
    const [strangeAddress, strangePort] = packet.from === 'otherPort' ? [address, 0] : [neighbour(address), port]
    this.#strangeSocket(strangeAddress, strangePort).then(
      (socket) => (this.#closed ? undefined : send(socket)),
      () => undefined,
    )
  }

  #strangeSocket(address: string, port: number): Promise<Socket> {
    const key = `${address}:${port}`
    const known = this.#strange.get(key) ?? this.#bind(address, port)
    this.#strange.set(key, known)
    return known
  }

  #bind(address: string, port: number): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = createSocket({ type: isIPv4(address) ? 'udp4' : 'udp6', reuseAddr: this.#shares })
      socket.once('error', reject)
      socket.bind({ address, port, exclusive: true }, () => {
        socket.off('error', reject)
        // A loopback socket that worked fails only when its host is out of memory: the datagram is lost, as on any network.
        socket.on('error', () => undefined)
        this.#sockets.add(socket)
        resolve(socket)
      })
    })
  }
}

/** A loopback address far from the fleet's own: its second part is moved half-way round. */
function neighbour(address: string): string {
  const [first, second, ...rest] = address.split('.')
  return [first, (Number(second) + 128) % 256, ...rest].join('.')
}
