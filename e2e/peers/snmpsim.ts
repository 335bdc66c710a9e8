/** Serves recordings as SNMP devices through Debian's snmpsim, an implementation that is not ours. */

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { start } from './process.ts'

const program = '/usr/bin/snmpsimd'

/** Whether snmpsim is on this machine. */
export const hasSnmpsim = existsSync(program)

/** One recording and the loopback address it answers at. */
export interface Served {
  readonly file: string
  readonly address: string
}

/** Serves each recording at its own address, community `public`, on one UDP port. */
export async function startSnmpsim(served: readonly Served[], port: number): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'platen-snmpsim-'))
  const cache = path.join(folder, 'cache')
  mkdirSync(cache)
  const engines = served.flatMap(({ file, address }, index) => {
    const data = path.join(folder, String(index))
    mkdirSync(data)
    copyFileSync(file, path.join(data, 'public.snmprec'))
    return ['--v3-engine-id=auto', `--data-dir=${data}`, `--agent-udpv4-endpoint=${address}:${port}`]
  })
  // As root snmpsim insists on becoming somebody else, who must be able to read the recordings and write the cache.
  const root = process.getuid?.() === 0
  if (root) spawnSync('chown', ['-R', 'nobody:nogroup', folder])
  const identity = root ? ['--process-user=nobody', '--process-group=nogroup'] : []
  const listening = `Listening at UDP/IPv4 endpoint ${served.at(-1)?.address ?? ''}:${port}`
  const started = await start([program, ...identity, `--cache-dir=${cache}`, ...engines], {
    ready: (output) => output.includes(listening),
    seconds: 90,
  })
  return {
    stop: async () => {
      await started.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
