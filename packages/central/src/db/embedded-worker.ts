/**
 * The thread the embedded engine lives in: it blocks for seconds at times, which intake and people must not feel.
 * As shipped the engine never syncs to disk; here every WAL flush reaches the disk before its commit is answered.
 */
import { fsyncSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { EmbeddedOptions, EmbeddedReply, EmbeddedRequest } from './embedded.ts'

// V8 at times ends the whole process when it frees compiled WebAssembly (nodejs/node issue 64500); what it would free is kept.
setFlagsFromString('--no-wasm-code-gc')

const int8 = 20
const dateType = 1082

/** An NODEFS stream as emscripten hands it to stream operations; only its host file descriptor matters. */
interface NodeStream {
  readonly nfd?: unknown
}
/** The engine's module has no public type for its host file system: this is what we rely on, checked before use. */
interface HostFiles {
  readonly stream_ops: { fsync?: (stream: NodeStream) => number }
}

async function open(options: EmbeddedOptions): Promise<PGlite> {
  const durable = ['-c', 'fsync=on', '-c', 'wal_sync_method=fsync']
  const engine = await PGlite.create({
    ...(options.directory === null ? {} : { dataDir: options.directory }),
    ...(options.template === null ? {} : { loadDataDir: options.template }),
    parsers: { [int8]: BigInt, [dateType]: String },
    startParams: [...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'), ...durable],
  })
  if (options.directory !== null) syncForReal(engine)
  return engine
}

/** How often this thread has synced to disk: the proof that commits do. */
let syncs = 0

function syncForReal(engine: PGlite): void {
  const files: unknown = Reflect.get(engine.Module, 'NODEFS')
  if (!isHostFiles(files)) throw new Error('the embedded engine has no host file system to sync: its version changed')
  files.stream_ops.fsync = (stream) => {
    if (typeof stream.nfd !== 'number') return 0
    fsyncSync(stream.nfd)
    syncs += 1
    return 0
  }
}

function isHostFiles(value: unknown): value is HostFiles {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'stream_ops') === 'object'
}

async function answer(engine: PGlite, request: EmbeddedRequest): Promise<EmbeddedReply> {
  try {
    switch (request.kind) {
      case 'query':
        return {
          id: request.id,
          ok: true,
          rows: (await engine.query<Record<string, unknown>>(request.sql, [...request.params])).rows,
        }
      case 'exec':
        await engine.exec(request.sql)
        return { id: request.id, ok: true, rows: [] }
      case 'dump':
        return { id: request.id, ok: true, rows: [{ dump: await engine.dumpDataDir('none') }] }
      case 'syncs':
        return { id: request.id, ok: true, rows: [{ syncs }] }
      case 'close':
        await engine.close()
        return { id: request.id, ok: true, rows: [] }
    }
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    const message = error instanceof Error ? error.message : String(error)
    return { id: request.id, ok: false, message, code: typeof code === 'string' ? code : null }
  }
}

const port = parentPort
if (port !== null) {
  const opened = open(workerData)
  opened.then(
    () => port.postMessage({ id: 0, ok: true, rows: [] } satisfies EmbeddedReply),
    (error: unknown) =>
      port.postMessage({ id: 0, ok: false, message: String(error), code: null } satisfies EmbeddedReply),
  )
  port.on('message', (request: EmbeddedRequest) => {
    void opened.then(async (engine) => {
      port.postMessage(await answer(engine, request))
      if (request.kind === 'close') port.close()
    })
  })
}
