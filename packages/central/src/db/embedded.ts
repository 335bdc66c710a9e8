/**
 * Central's database in its own process: for the first run, tests and small fleets. One session only, so transactions queue up.
 */
import { Worker } from 'node:worker_threads'
import type { Connection, Engine, Param, RawRow } from './engine.ts'
import { lockDirectory } from './lock.ts'

/** Where the embedded engine keeps its files; null for memory. `template` is a dump to start from. */
export interface EmbeddedOptions {
  readonly directory: string | null
  readonly template: Blob | null
}
export type EmbeddedRequest =
  | { readonly id: number; readonly kind: 'query'; readonly sql: string; readonly params: readonly Param[] }
  | { readonly id: number; readonly kind: 'exec'; readonly sql: string }
  | { readonly id: number; readonly kind: 'dump' | 'syncs' | 'close' }
export type EmbeddedReply =
  | { readonly id: number; readonly ok: true; readonly rows: readonly RawRow[] }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly code: string | null }

/** What the embedded engine answers when a statement fails; `code` is the SQLSTATE, as `pg` has it. */
class EmbeddedError extends Error {
  readonly code: string | null
  constructor(message: string, code: string | null) {
    super(message)
    this.code = code
  }
}

/** The embedded engine can also be copied (`dump` is its whole state, a template for the next) and says how often it synced to disk. */
export interface EmbeddedEngine extends Engine {
  dump(): Promise<Blob>
  syncs(): Promise<number>
}

/** What the engine says and where it runs, if not in the ordinary thread. `onLost` hears why it has stopped when nobody asked it to. */
export interface EmbeddedHooks {
  readonly onLost?: (reason: string) => void
  readonly startThread?: (options: EmbeddedOptions) => Worker
}

/**
 * Opens the embedded engine in a thread of its own. When that has stopped, every question is answered by why.
 * @throws when another live process holds the directory.
 */
export async function openEmbedded(options: EmbeddedOptions, hooks: EmbeddedHooks = {}): Promise<EmbeddedEngine> {
  const release = options.directory === null ? () => {} : lockDirectory(options.directory)
  try {
    const thread = new Thread((hooks.startThread ?? startThread)(options), hooks.onLost ?? (() => {}))
    await thread.opened
    return engineOver(thread, release)
  } catch (error) {
    release()
    throw error
  }
}

function engineOver(thread: Thread, release: () => void): EmbeddedEngine {
  const turns = new Turns()
  const query: Connection['query'] = (sql, params) => thread.ask({ kind: 'query', sql, params })
  const exec = async (sql: string): Promise<void> => {
    await thread.ask({ kind: 'exec', sql })
  }
  return {
    kind: 'embedded',
    query: (sql, params) => turns.take(() => query(sql, params)),
    exec: (sql) => turns.take(() => exec(sql)),
    transaction: ({ prelude }, run) =>
      turns.take(async () => {
        await exec(`begin; ${prelude}`)
        try {
          const result = await run({ query })
          await exec('commit')
          return result
        } catch (error) {
          await exec('rollback')
          throw error
        }
      }),
    dump: () =>
      turns.take(async () => {
        const [row] = await thread.ask({ kind: 'dump' })
        const dump = row?.dump
        if (!(dump instanceof Blob)) throw new Error('the embedded engine gave no dump')
        return dump
      }),
    syncs: async () => Number((await turns.take(() => thread.ask({ kind: 'syncs' })))[0]?.syncs),
    close: () =>
      turns.take(async () => {
        await thread.ask({ kind: 'close' })
        release()
      }),
  }
}

function startThread(options: EmbeddedOptions): Worker {
  return new Worker(new URL('./embedded-worker.ts', import.meta.url), { workerData: options })
}

/** One after the other, in the order of asking; one failure does not stop the next. */
class Turns {
  #last: Promise<unknown> = Promise.resolve()
  take<T>(run: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(run, run)
    this.#last = mine.catch(() => undefined)
    return mine
  }
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** The worker thread seen from here: questions with numbers, answers matched by them. */
class Thread {
  readonly opened: Promise<unknown>
  readonly #worker: Worker
  readonly #waiting = new Map<number, (reply: EmbeddedReply) => void>()
  readonly #onLost: (reason: string) => void
  #next = 1
  #closing = false
  /** Why no question will ever be answered again. */
  #ended: string | null = null

  constructor(worker: Worker, onLost: (reason: string) => void) {
    this.#worker = worker
    this.#onLost = onLost
    this.opened = this.#await(0)
    this.#worker.on('message', (reply: EmbeddedReply) => {
      this.#waiting.get(reply.id)?.(reply)
      this.#waiting.delete(reply.id)
    })
    this.#worker.on('error', (error) => this.#end(`the embedded database has failed: ${error.message}`))
    this.#worker.on('exit', () => this.#end('the embedded database has stopped'))
  }

  ask(request: WithoutId<EmbeddedRequest>): Promise<readonly RawRow[]> {
    if (this.#ended !== null) return Promise.reject(new EmbeddedError(this.#ended, null))
    if (request.kind === 'close') this.#closing = true
    const id = this.#next++
    const answer = this.#await(id)
    this.#worker.postMessage({ ...request, id })
    return answer
  }

  #await(id: number): Promise<readonly RawRow[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) => {
        if (reply.ok) resolve(reply.rows)
        else reject(new EmbeddedError(reply.message, reply.code))
      })
    })
  }

  #end(reason: string): void {
    if (this.#ended !== null) return
    this.#ended = reason
    for (const [id, settle] of this.#waiting) settle({ id, ok: false, message: reason, code: null })
    this.#waiting.clear()
    if (!this.#closing) this.#onLost(reason)
  }
}
