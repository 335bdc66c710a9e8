/**
 * The scope as rules for the kernel, so that a third guard that knows nothing of this program holds it too: a drop-in for systemd and a
 * table for nftables. Both are text for an administrator to read, keep and load.
 */
import { formatAddress, formatRun, isSix, networksOf } from './addresses.ts'
import type { Run } from './runs.ts'
import type { Scope } from './scope.ts'

/** Kernels that rules can be made for. */
export const rulers = ['systemd', 'nftables'] as const
export type Ruler = (typeof rulers)[number]

/** What else the service must reach (Central or its proxy, name servers), as addresses or networks, and the account it runs under. */
export interface RulesWish {
  readonly also: readonly string[]
  readonly user: string
}

/** Rules for one of the kernels. */
export function rulesFor(ruler: Ruler, scope: Scope, wish: RulesWish): string {
  return ruler === 'systemd' ? systemdRules(scope, wish) : nftablesRules(scope, wish)
}

/** A drop-in for the unit. It knows networks only, so that their ends are in it; the program leaves them out. */
function systemdRules(scope: Scope, { also }: RulesWish): string {
  const networks = scope.askableWithEnds.flatMap((run) => [...networksOf(run)].map(formatRun))
  return lines([
    '# /etc/systemd/system/platen-onsite.service.d/scope.conf',
    ...heading('systemd', scope),
    '# Then: systemctl daemon-reload && systemctl restart platen-onsite',
    '[Service]',
    'IPAddressDeny=',
    'IPAddressAllow=',
    'IPAddressDeny=any',
    '# Printers',
    ...networks.map((network) => `IPAddressAllow=${network}`),
    ...(also.length === 0 ? missing : ['# Central or its proxy, name servers']),
    ...also.map((address) => `IPAddressAllow=${address}`),
  ])
}

/** A table of its own, which leaves every other account and table alone: the service reaches UDP 161 in scope, and what else it needs. */
function nftablesRules(scope: Scope, { also, user }: RulesWish): string {
  const elsewhere = [
    { type: 'ip', addresses: also.filter((address) => !address.includes(':')) },
    { type: 'ip6', addresses: also.filter((address) => address.includes(':')) },
  ]
  const [four, six] = [
    scope.askable.filter(({ from }) => !isSix(from)),
    scope.askable.filter(({ from }) => isSix(from)),
  ]
  return lines([
    '# /etc/nftables.d/platen-onsite.nft',
    ...heading('nftables', scope),
    '# Then: nft -f /etc/nftables.d/platen-onsite.nft',
    ...(also.length === 0 ? missing : []),
    'table inet platen_onsite',
    'delete table inet platen_onsite',
    'table inet platen_onsite {',
    ...set('printers4', 'ipv4_addr', four),
    ...set('printers6', 'ipv6_addr', six),
    '  chain output {',
    '    type filter hook output priority filter; policy accept;',
    `    meta skuid != "${user}" accept`,
    '    udp dport 161 ip daddr @printers4 accept',
    '    udp dport 161 ip6 daddr @printers6 accept',
    ...elsewhere.flatMap(({ type, addresses }) =>
      addresses.length === 0 ? [] : [`    ${type} daddr { ${addresses.join(', ')} } accept`],
    ),
    '    counter reject',
    '  }',
    '}',
  ])
}

function set(name: string, type: string, runs: readonly Run[]): readonly string[] {
  const elements = runs.map(({ from, to }) =>
    from === to ? formatAddress(from) : `${formatAddress(from)}-${formatAddress(to)}`,
  )
  // An empty list of elements is a mistake to nft, an empty set is not.
  const held = elements.length === 0 ? [] : ['    elements = {', ...elements.map((each) => `      ${each},`), '    }']
  return [`  set ${name} {`, `    type ${type}`, '    flags interval', ...held, '  }']
}

function heading(ruler: Ruler, scope: Scope): readonly string[] {
  return [`# Written by: platen-onsite scope rules ${ruler}`, `# Scope ${scope.hash}: write it anew when that changes.`]
}

const missing = [
  '# Nothing but printers can be reached by this. Central or its proxy, and name servers, are added by',
  '# --also ADDRESS, as often as needed.',
]

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
