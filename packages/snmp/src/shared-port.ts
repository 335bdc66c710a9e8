/** One socket for several trap receivers: which of them hears a datagram is decided by who sent it. */
import type { Receiver, Transport } from './transport.ts'

/** What all receivers of a port share. Datagrams of senders that belong to nobody are dropped unread. */
export class SharedPort {
  readonly #transport: Transport
  readonly #receivers = new Map<Transport, Receiver>()
  #parts: ReadonlyMap<string, Transport> = new Map()

  constructor(transport: Transport) {
    this.#transport = transport
    transport.listen({
      arrived: (bytes, address, port) => this.#of(address)?.arrived(bytes, address, port),
      failed: (address, port, detail) => this.#of(address)?.failed(address, port, detail),
      turned: () => undefined,
    })
  }

  /** A transport for one more receiver; closing it leaves the socket to the others. */
  part(): Transport {
    const { receiveBuffer } = this.#transport
    const part: Transport = {
      receiveBuffer,
      send: (bytes, address, port, watched) => this.#transport.send(bytes, address, port, watched),
      listen: (receiver) => void this.#receivers.set(part, receiver),
      close: async () => void this.#receivers.delete(part),
    }
    return part
  }

  /** Says whose parts the senders belong to, by address, in place of what was said before. */
  assign(parts: ReadonlyMap<string, Transport>): void {
    this.#parts = parts
  }

  /** Closes the socket. */
  async close(): Promise<void> {
    await this.#transport.close()
  }

  #of(address: string): Receiver | undefined {
    const part = this.#parts.get(address)
    return part && this.#receivers.get(part)
  }
}
