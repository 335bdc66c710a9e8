/** An IPv4 socket of Node that sends and receives many datagrams a system call. Node opens, watches and closes it. */
import type { RemoteInfo, Socket } from 'node:dgram'
import { getSystemErrorName } from 'node:util'
import { BATCH, type Batch, SLOT, WORDS } from './batch.ts'

/** Octets that wait to be sent together: 1,024 for each, or a single datagram of any size. */
const ROOM = BATCH * 1_024

/** Datagrams read in one turn of the event loop before Node looks after others: as many as may be sent in one. */
const READ_A_TURN = 256

/** Addresses whose text is remembered: those of the devices that are being read. */
const REMEMBERED = 32_768

/** Whom it tells. */
export interface BatchReceiver {
  arrived(bytes: Uint8Array, address: string, port: number): void
  failed(address: string, port: number, code: string): void
  /** A turn of the event loop is over in which datagrams came: how many, and whether that were all. */
  turned(read: number, isEmpty: boolean): void
}

/** Sends when the event loop comes round or enough has gathered; what Node reads first tells it that there is more to read. */
export class BatchedSocket {
  readonly #socket: Socket
  readonly #fd: number
  readonly #batch: Batch
  readonly #receiver: BatchReceiver
  readonly #out = new Uint8Array(ROOM)
  readonly #outHeads = new Uint32Array(BATCH * WORDS)
  #waiting = 0
  #filled = 0
  readonly #in = Buffer.allocUnsafeSlow(BATCH * SLOT)
  readonly #inHeads = new Uint32Array(BATCH * WORDS)
  readonly #texts = new Map<number, string>()
  #inTurn = 0
  #isEmpty = false
  #turn: NodeJS.Immediate | undefined
  #closed = false

  constructor(socket: Socket, fd: number, batch: Batch, receiver: BatchReceiver) {
    this.#socket = socket
    this.#fd = fd
    this.#batch = batch
    this.#receiver = receiver
    socket.on('message', (bytes: Uint8Array, from: RemoteInfo) => {
      this.#count()
      receiver.arrived(bytes, from.address, from.port)
      this.#drain()
    })
  }

  /** The octets are copied; where they fail to go is told for each. */
  send(bytes: Uint8Array, address: string, port: number): void {
    // The number of a closed socket may be another's by now.
    if (this.#closed) return
    const { length } = bytes
    if (this.#waiting === BATCH || this.#filled + length > ROOM) this.#flush()
    this.#out.set(bytes, this.#filled)
    this.#filled += length
    const at = this.#waiting++ * WORDS
    this.#outHeads[at] = this.#filled
    this.#outHeads[at + 1] = numberOf(address)
    this.#outHeads[at + 2] = port
    this.#comeRound()
  }

  /** Sends what waits; no datagram is told any more. */
  close(): void {
    if (this.#closed) return
    this.#flush()
    this.#closed = true
    clearImmediate(this.#turn)
  }

  #comeRound(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined
      this.#flush()
      if (this.#inTurn === 0) return
      const read = this.#inTurn
      this.#inTurn = 0
      this.#receiver.turned(read, this.#isEmpty)
    })
  }

  #count(): void {
    this.#inTurn++
    this.#comeRound()
  }

  #drain(): void {
    let read = BATCH
    // Whoever is told of a datagram may close it: the number of a closed socket may be another's by then.
    while (!this.#closed && read === BATCH && this.#inTurn < READ_A_TURN) {
      read = Math.max(0, this.#batch.receive(this.#fd, this.#in, this.#inHeads, 0, BATCH))
      this.#inTurn += read
      for (let at = 0; at < read && !this.#closed; at++) {
        const [length = 0, address = 0, port = 0] = this.#inHeads.subarray(at * WORDS, at * WORDS + WORDS)
        // A copy of its own: values are read of it later, and the slot is used again.
        const bytes = Buffer.from(this.#in.subarray(at * SLOT, at * SLOT + length))
        this.#receiver.arrived(bytes, this.#textOf(address), port)
      }
    }
    this.#isEmpty = read < BATCH
  }

  #flush(): void {
    const failed: (() => void)[] = []
    let from = 0
    while (from < this.#waiting) {
      const sent = this.#batch.send(this.#fd, this.#out, this.#outHeads, from, this.#waiting)
      if (sent > 0) from += sent
      else failed.push(this.#notSent(from++, sent))
    }
    this.#waiting = 0
    this.#filled = 0
    // Whoever is told may send again.
    for (const tell of failed) tell()
  }

  /** What the kernel has no room for now, Node keeps and sends when there is. */
  #notSent(index: number, result: number): () => void {
    const at = index * WORDS
    const address = this.#textOf(this.#outHeads[at + 1] ?? 0)
    const port = this.#outHeads[at + 2] ?? 0
    const code = result === 0 ? 'EAGAIN' : getSystemErrorName(result)
    if (code !== 'EAGAIN') return () => this.#receiver.failed(address, port, code)
    const begin = index === 0 ? 0 : this.#outHeads[at - WORDS]
    const bytes = this.#out.slice(begin, this.#outHeads[at])
    return () => this.#socket.send(bytes, port, address)
  }

  #textOf(address: number): string {
    const known = this.#texts.get(address)
    if (known !== undefined) return known
    const text = `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
    if (this.#texts.size === REMEMBERED) this.#texts.clear()
    this.#texts.set(address, text)
    return text
  }
}

/** A literal IPv4 address as a number of 32 bits. */
function numberOf(address: string): number {
  let number = 0
  let octet = 0
  for (let at = 0; at < address.length; at++) {
    const sign = address.charCodeAt(at)
    if (sign === 46) {
      number = number * 256 + octet
      octet = 0
    } else octet = octet * 10 + sign - 48
  }
  return number * 256 + octet
}
