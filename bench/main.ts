/** `npm run bench`: says which benchmarks there are, or runs one: `npm run bench round`. Each prints ratios against a peer or a limit measured in the same run. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const benches = [
  {
    name: 'snmp',
    file: 'snmp/main.ts',
    says: 'reading and sweeping beside npm net-snmp, gosnmp and a limit in C; with a part’s name only that: read sizes lossy sweep link',
  },
  {
    name: 'interpret',
    file: 'interpret/main.ts',
    says: 'CPU and garbage of making readings of answers, against only making values of them',
  },
  { name: 'round', file: 'round/main.ts', says: 'CPU and memory of a whole Onsite round with 1,000 printers' },
  { name: 'inventory', file: 'inventory/main.ts', says: 'seconds of the first inventory of a /24 and of a sparse /16' },
  {
    name: 'delivery',
    file: 'delivery/main.ts',
    says: 'what 500 printers read hourly leave in the outbox while Central is away, and how fast it is told afterwards; with a number: so many hours of 2,160',
  },
  {
    name: 'intake',
    file: 'intake/main.ts',
    says: 'device readings a second through the whole intake on PostgreSQL, against COPY',
  },
]

const [wanted, ...rest] = process.argv.slice(2)
const chosen = benches.find((bench) => bench.name === wanted)
if (chosen === undefined) for (const bench of benches) console.log(`npm run bench ${bench.name}\n    ${bench.says}`)
else
  process.exitCode =
    spawnSync(process.execPath, [path.join(import.meta.dirname, chosen.file), ...rest], { stdio: 'inherit' }).status ??
    1
