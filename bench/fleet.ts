/** Simulated printers for the benchmarks of a whole Onsite, made of our own recordings. */
import { spawn } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

/** The printers, in a process of their own so that their work is not counted. */
export async function startFleet(wanted: {
  readonly count: number
  readonly port: number
  readonly base: string
  /** Other words for `tools/simulate`. */
  readonly more?: readonly string[]
}): Promise<{
  ranges: readonly string[]
  addresses: readonly string[]
  stop(): void
}> {
  const { count, port, base, more = [] } = wanted
  const words = [
    ...more,
    '--count',
    String(count),
    '--port',
    String(port),
    '--base',
    base,
    '--recordings',
    path.join(root, 'knowledge/recordings'),
  ]
  const child = spawn(process.execPath, [path.join(root, 'tools/simulate/main.ts'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('\nserving ')) resolve()
    })
    child.once('exit', () => reject(new Error(`the fleet ended: ${output.slice(-500)}`)))
  })
  await ready
  const addresses = output.match(new RegExp(`${base.split('.').slice(0, 2).join('\\.')}\\.\\d+\\.\\d+`, 'g')) ?? []
  return { addresses, ranges: rangesOf(addresses), stop: () => child.kill('SIGTERM') }
}

/** Without the addresses between that nobody has: their time-outs are no cost of a round of printers. */
function rangesOf(addresses: readonly string[]): readonly string[] {
  const byNet = Map.groupBy(addresses, (address) => address.slice(0, address.lastIndexOf('.')))
  return [...byNet.values()].map((some) => `${some[0]}-${some.at(-1)}`)
}
