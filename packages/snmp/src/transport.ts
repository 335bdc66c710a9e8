/** The one place that opens a socket for asking: UDP, one socket for IPv4 and one for IPv6, however many devices are asked. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { type Batch, nativeBatch } from './batch.ts'
import { BatchedSocket } from './batched-socket.ts'
import { handleOf } from './handle.ts'
import { linuxNeighbours, type Neighbours } from './neighbours.ts'

/** What a client sends with. */
export interface Transport {
  /** Octets of received datagrams that the kernel holds for us. */
  readonly receiveBuffer: number
  /** What is known of the links it sends to; without it no address is thought to need looking for. */
  readonly neighbours?: Neighbours | undefined
  /** How answers name a zone (the part of an IPv6 address after %) that is written as a number; without it as it is written. */
  zoneName?(zone: string): string
  /** Whether the bytes sent to this address are copied at once; else they must not be changed after `send`. */
  copies?(address: string): boolean
  /** Sends without promise. Unless `watched`, a failure need not be told. */
  send(bytes: Uint8Array, address: string, port: number, watched: boolean): void
  /** Says who is told of datagrams and of failed sends, in place of whoever was told before. */
  listen(receiver: Receiver): void
  close(): Promise<void>
}

/** Whom a transport tells. Addresses are in their shortest form, as Node gives them. */
export interface Receiver {
  arrived(bytes: Uint8Array, address: string, port: number): void
  failed(address: string, port: number, detail: string): void
  /**
   * A turn of the event loop that brought datagrams is over. If everything that had arrived is read now, `emptied` says how many
   * datagrams since this was last so; else more are waiting.
   */
  turned(emptied: number | undefined): void
}

/** Asked of the kernel; it grants what its administrator allows (Linux: net.core.rmem_max). */
const WANTED_BUFFER = 8 * 1_024 * 1_024
const LEAST_BUFFER = 64 * 1_024

/**
 * What a neighbour that is sought takes of the send buffer: two tries, which the kernel holds until it has found it, at what Linux
 * counts for a short datagram. Beyond that nothing leaves any more, to nobody (measured: 27 of 384 found on an on-link /20).
 */
const UNSENT_COST = 2 * 1_280

/** Datagrams that libuv reads of a socket before it looks after others (uv__udp_recvmsg). */
const READ_A_TURN = 32

export interface UdpOptions {
  /** Own IPv4 address to send from; default any. */
  address?: string
  /** Own IPv6 address to send from; default any, '' for no IPv6 at all. */
  address6?: string
  /** Own port, the same on both; default any. Traps are received on 162. */
  port?: number
  /** Number of an IPv4 socket that is bound already, as a service manager hands one over; then address, port and IPv6 do not count. */
  fd?: number
  /** Receive buffer to ask for, in octets. */
  receiveBuffer?: number
  /** What is known of the links; the default is what Linux says when the sockets are opened, and nothing on other systems. */
  neighbours?: Neighbours
  /** Many datagrams a system call over IPv4; the default is the native part where it is built, and null is without. */
  batch?: Batch | null
}

/**
 * Opens the sockets. Where the machine has no IPv6, IPv6 addresses are unreachable and IPv4 works.
 * @throws the system's error on an address that is not ours or a port that is taken, of either family.
 */
export async function udpTransport(options: UdpOptions = {}): Promise<Transport> {
  const wanted = options.receiveBuffer ?? WANTED_BUFFER
  const { address, address6, port = 0, fd } = options
  const four = await open('udp4', { address, port, fd, wanted })
  const hasSix = address6 !== '' && fd === undefined
  const six = hasSix ? await openSix(four, { address: address6, port, fd, wanted }) : undefined
  const known = options.neighbours ?? (await linuxNeighbours((path) => readFile(path, 'utf8')))
  const room = Math.floor(four.getSendBufferSize() / UNSENT_COST)
  const neighbours = known && { isOnLink: known.isOnLink, most: Math.min(known.most, room) }
  return new UdpTransport({ four, six, neighbours, batch: options.batch === undefined ? nativeBatch() : options.batch })
}

interface Wanted {
  readonly address: string | undefined
  readonly port: number
  readonly fd: number | undefined
  readonly wanted: number
}

/** Nothing where the machine has no IPv6: Linux may know none at all, or have no address of its own to listen on. */
async function openSix(four: Socket, wanted: Wanted): Promise<Socket | undefined> {
  try {
    return await open('udp6', wanted)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EAFNOSUPPORT' || (code === 'EADDRNOTAVAIL' && wanted.address === undefined)) return undefined
    four.close()
    throw error
  }
}

async function open(type: 'udp4' | 'udp6', { address, port, fd, wanted }: Wanted): Promise<Socket> {
  // Only literal addresses get here: Node's own lookup would cost a turn of the event loop for each datagram.
  const lookup: NonNullable<Parameters<typeof createSocket>[0] & object>['lookup'] = (host, _options, done) =>
    done(null, host, type === 'udp4' ? 4 : 6)
  const socket = createSocket({ type, lookup, ipv6Only: type === 'udp6' })
  try {
    // Our lookup answers at once, so the socket may listen before `bind` returns.
    const listening = once(socket, 'listening')
    if (fd === undefined) socket.bind(port, address)
    else socket.bind({ fd })
    await listening
  } catch (error) {
    socket.close()
    throw error
  }
  askFor(wanted, (size) => socket.setRecvBufferSize(size))
  askFor(WANTED_BUFFER, (size) => socket.setSendBufferSize(size))
  return socket
}

/** Asks for a buffer, and for half of it as long as that is refused. */
function askFor(wanted: number, set: (size: number) => void): void {
  for (let size = wanted; size >= LEAST_BUFFER && !grants(size, set); size /= 2);
}

/** Linux grants less without a word, others refuse what is too large. */
function grants(size: number, set: (size: number) => void): boolean {
  try {
    set(size)
    return true
  } catch {
    return false
  }
}

interface Parts {
  readonly four: Socket
  readonly six: Socket | undefined
  readonly neighbours: Neighbours | undefined
  readonly batch: Batch | null | undefined
}

class UdpTransport implements Transport {
  readonly receiveBuffer: number
  readonly neighbours: Neighbours | undefined
  readonly #four: Socket
  readonly #six: Socket | undefined
  readonly #batched: BatchedSocket | undefined
  #receiver: Receiver | undefined
  /** Datagrams read in this turn of the event loop, and since the buffer was last empty. */
  #inTurn = 0
  #sinceEmpty = 0

  constructor({ four, six, neighbours, batch }: Parts) {
    this.#four = four
    this.#six = six
    this.neighbours = neighbours
    this.receiveBuffer = four.getRecvBufferSize()
    const fd = batch ? handleOf(four)?.fd : undefined
    this.#batched = batch && fd !== undefined ? this.#batch(batch, fd) : undefined
    if (this.#batched === undefined) this.#readOf(four)
    if (six !== undefined) this.#readOf(six)
    for (const socket of this.#sockets) socket.on('error', (error) => this.#sent(error))
  }

  get #sockets(): Socket[] {
    return this.#six === undefined ? [this.#four] : [this.#four, this.#six]
  }

  listen(receiver: Receiver): void {
    this.#receiver = receiver
  }

  /** Node names the zones of arrived datagrams by interface, on Windows by number. */
  zoneName(zone: string): string {
    if (process.platform === 'win32' || !/^\d+$/.test(zone)) return zone
    const isMeant = (own: NetworkInterfaceInfo) => own.family === 'IPv6' && own.scopeid === Number(zone)
    const [name] = Object.entries(networkInterfaces()).find(([, owns]) => owns?.some(isMeant)) ?? []
    return name ?? zone
  }

  copies(address: string): boolean {
    return this.#batched !== undefined && !address.includes(':')
  }

  send(bytes: Uint8Array, address: string, port: number, watched: boolean): void {
    const isSix = address.includes(':')
    const socket = isSix ? this.#six : this.#four
    if (!isSix && this.#batched !== undefined) this.#batched.send(bytes, address, port)
    // A callback costs a turn of Node's tick queue for each datagram, 4 % of a reading.
    else if (socket !== undefined) socket.send(bytes, port, address, watched ? this.#sent : undefined)
    else queueMicrotask(() => this.#receiver?.failed(address, port, 'this machine has no IPv6'))
  }

  async close(): Promise<void> {
    this.#receiver = undefined
    this.#batched?.close()
    await Promise.all(this.#sockets.map((socket) => new Promise<void>((done) => socket.close(done))))
  }

  #batch(batch: Batch, fd: number): BatchedSocket {
    return new BatchedSocket(this.#four, fd, batch, {
      arrived: (bytes, address, port) => this.#receiver?.arrived(bytes, address, port),
      failed: (address, port, code) => this.#failed(address, port, code),
      turned: (read, isEmpty) => this.#turned(read, isEmpty),
    })
  }

  /** A turn that read less than it may left the buffer empty. */
  #readOf(socket: Socket): void {
    const turned = () => {
      const read = this.#inTurn
      this.#inTurn = 0
      this.#turned(read, read < READ_A_TURN)
    }
    socket.on('message', (bytes: Uint8Array, from: RemoteInfo) => {
      if (this.#inTurn++ === 0) setImmediate(turned)
      this.#receiver?.arrived(bytes, from.address, from.port)
    })
  }

  #turned(read: number, isEmpty: boolean): void {
    this.#sinceEmpty += read
    this.#receiver?.turned(isEmpty ? this.#sinceEmpty : undefined)
    if (isEmpty) this.#sinceEmpty = 0
  }

  /** One callback for all sends: Node's errors name the address they are about. */
  readonly #sent = (error: Error | null): void => {
    if (error === null || !('address' in error) || !('port' in error)) return
    const { address, port } = error
    const code = 'code' in error ? String(error.code) : error.message
    if (typeof address === 'string' && typeof port === 'number') this.#failed(address, port, code)
  }

  /** A full buffer is a lost try, not an unreachable device. */
  #failed(address: string, port: number, code: string): void {
    if (code !== 'ENOBUFS' && code !== 'EAGAIN') this.#receiver?.failed(address, port, code)
  }
}
