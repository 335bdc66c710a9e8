/**
 * How long the first inventory takes: the Onsite program as installed asks a /24 with 40 printers at the pace of its first settings, and a
 * sparse /16 with 40 printers at the highest pace. All other addresses are silent, as they are in a network. A bar that is missed, or a printer
 * that is not found, ends it with 1.
 */
import { onsiteCommand } from '../../tools/run/onsite.ts'
import { startFleet } from '../fleet.ts'
import { openStage } from '../round/stage.ts'

const port = 16_201
const PRINTERS = 40

const networks = [
  { name: '/24', range: '127.44.0.0/24', base: '127.44.0.5', spacing: 6, settings: {}, secondsMost: 3 },
  {
    name: '/16 at 5,000 datagrams a second',
    range: '127.45.0.0/16',
    base: '127.45.0.5',
    spacing: 1_600,
    settings: { packetsPerSecond: 5_000 },
    secondsMost: 60,
  },
]

for (const { name, range, base, spacing, settings, secondsMost } of networks) {
  const more = ['--spacing', String(spacing), '--swallow']
  const fleet = await startFleet({ count: PRINTERS, port, base, more })
  const stage = await openStage([range], port, settings)
  try {
    const done = await onsiteCommand(stage.folders, ['--language', 'en', 'round', '--no-deliver'])
    if (done.code !== 0) throw new Error(done.output)
    const seconds = Number(/finished in ([\d.,]+) s/.exec(done.output)?.[1]?.replace(',', ''))
    const found = Number(/(\d+) printers read/.exec(done.output)?.[1])
    const isMissed = !(seconds <= secondsMost) || found !== PRINTERS
    console.log(
      `first inventory of a ${name}: ${seconds} s (bar ${secondsMost}), ${found} of ${PRINTERS} printers${isMissed ? ': MISSED' : ''}`,
    )
    if (isMissed) process.exitCode = 1
  } finally {
    await stage.close()
    fleet.stop()
  }
}
