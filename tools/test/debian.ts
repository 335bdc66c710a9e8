/**
 * Brings the real things that some tests run against: a browser, PostgreSQL, net-snmp's tools, an SNMP simulator, a proxy.
 * Where they cannot be installed the suites that need them skip themselves, and this says which.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A Debian package, a file that shows it is there, and what is not tested without it. */
interface Needed {
  readonly name: string
  readonly shows: string
  readonly tests: string
}

const needed: readonly Needed[] = [
  { name: 'chromium', shows: '/usr/bin/chromium', tests: 'the pages in a real browser' },
  { name: 'postgresql', shows: '/usr/lib/postgresql', tests: 'Central on PostgreSQL' },
  { name: 'snmp', shows: '/usr/bin/snmpbulkwalk', tests: 'our responder asked by net-snmp' },
  { name: 'snmpd', shows: '/usr/sbin/snmpd', tests: 'our client asking net-snmp' },
  { name: 'snmpsim', shows: '/usr/bin/snmpsimd', tests: 'recordings served by snmpsim' },
  { name: 'squid', shows: '/usr/sbin/squid', tests: 'delivery through a proxy that wants a login by Digest' },
  { name: 'tinyproxy-bin', shows: '/usr/bin/tinyproxy', tests: 'delivery through a real proxy' },
]

/** Minutes a download may take before the tests go on without it. */
const installMinutes = 8

/** Installs what is missing where we may, and answers what is still missing, one sentence each. */
export function prepareDebian(say: (line: string) => void): readonly string[] {
  const missing = absent()
  if (missing.length === 0) return []
  const become = administrator()
  if (become !== null) {
    say(`installing Debian packages: ${missing.map((item) => item.name).join(', ')}`)
    install(
      become,
      missing.map((item) => item.name),
      say,
    )
  }
  return absent().map(
    (item) => `${item.name} is missing: ${item.tests} is not tested (as root: apt-get install ${item.name})`,
  )
}

function absent(): readonly Needed[] {
  return needed.filter((item) => !existsSync(item.shows))
}

/** How to run a command as root: no prefix as root, `sudo -n` where it asks nothing, null where neither works. */
function administrator(): readonly string[] | null {
  if (!existsSync('/usr/bin/apt-get')) return null
  if (process.getuid?.() === 0) return []
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null
}

function install(become: readonly string[], names: readonly string[], say: (line: string) => void): void {
  for (const line of [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names],
  ]) {
    const [command = 'apt-get', ...rest] = [...become, 'env', 'DEBIAN_FRONTEND=noninteractive', ...line]
    const done = spawnSync(command, rest, { encoding: 'utf8', timeout: installMinutes * 60_000 })
    if (done.status !== 0) say(`${line.slice(0, 2).join(' ')} failed: ${lastLines(`${done.stdout}${done.stderr}`)}`)
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ')
}
