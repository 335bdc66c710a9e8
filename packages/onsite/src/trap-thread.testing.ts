/** A thread of the trap port that says and does what a test wants. */
import { EventEmitter } from 'node:events'
import type { TrapNews, TrapOrders } from './trap-port.ts'
import type { TrapThread } from './trap-watch.ts'

export class FakeThread extends EventEmitter implements TrapThread {
  readonly orders: TrapOrders[] = []
  onOrders: (orders: TrapOrders) => void = () => {}

  postMessage(orders: TrapOrders): void {
    this.orders.push(orders)
    this.onOrders(orders)
  }

  tell(news: TrapNews): void {
    this.emit('message', news)
  }

  async terminate(): Promise<void> {
    this.emit('exit')
  }
}
