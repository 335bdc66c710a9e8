/** Masks what has the form of a secret although no object named it: e-mail addresses, private network addresses, MACs, UUIDs, hosts in links. */
import type { MaskedSecret } from './mask.ts'

const TEXT = /^[\t\r\n\x20-\x7e\x80-\xff]+$/
const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g
const LINK_HOST = /(\w:\/\/)([^/\s:@?#]+)/g
/** Addresses of networks nobody else can see (RFC 1918, RFC 3927), standing alone: a firmware's 10.2.3.4 loses too, which costs less than an address told. */
const PRIVATE =
  /(?<![\w.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|169\.254(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?![\w.]*\w)/g
/** What `uname -a` says: system, host, release. */
const UNAME = /^((?:Linux|FreeBSD|NetBSD|OpenBSD|SunOS|Darwin) )(\S+)(?= \d)/
const WRITTEN_MAC = /(?<![0-9a-f])([0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\2){4}[0-9a-f]{2}(?![0-9a-f])/gi
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
const IPV6 = /(?<![0-9a-f:])(?:fe80|fd[0-9a-f]{2}|fc[0-9a-f]{2}|2[0-9a-f]{3}|3[0-9a-f]{3})(?::[0-9a-f]{0,4}){3,7}/gi
/** Addresses that name nobody: none, loop-back, everybody, masks of networks, documentation. */
const NOBODY = /^(0\.|127\.|22[4-9]\.|23\d\.|2[45]\d\.|192\.0\.2\.|example\.)/

/** Replaces by form; the same text gets the same mask as long as it lives. */
export class Patterns {
  readonly #known = new Map<string, string>()
  #addresses: number
  #others = 0

  /** Begins with the addresses that have a mask already. */
  constructor(masked: readonly MaskedSecret[]) {
    const addresses = masked.filter(({ kind }) => kind === 'address')
    for (const { text, mask } of addresses) this.#known.set(text, mask)
    this.#addresses = addresses.length
  }

  /** A text without what has such a form; octets that are no text stay. */
  replace(text: string): string {
    if (!TEXT.test(text)) return text
    return text
      .replace(UNAME, (_, system: string, host: string) => system + this.#host(host))
      .replaceAll(EMAIL, (found) =>
        found.endsWith('@example.com') ? found : this.#other(found, 'contact-', '@example.com'),
      )
      .replaceAll(LINK_HOST, (_, scheme: string, host: string) => scheme + this.#host(host))
      .replaceAll(PRIVATE, (found) => this.address(found))
      .replaceAll(UUID, (found) =>
        found.startsWith('00000000-') ? found : this.#other(found, '00000000-0000-4000-8000-', '', 12),
      )
      .replaceAll(WRITTEN_MAC, (found, _: string, mark: string) => this.#mac(found, mark))
      .replaceAll(IPV6, (found) => (/^2001:db8:/i.test(found) ? found : this.address(found)))
  }

  /** The mask of an address; one that names nobody stays. */
  address(text: string): string {
    if (NOBODY.test(text)) return text
    const known = this.#known.get(text)
    if (known !== undefined) return known
    this.#addresses++
    const mask = text.includes(':') ? `2001:db8::${this.#addresses.toString(16)}` : documentation(this.#addresses)
    this.#known.set(text, mask)
    return mask
  }

  #host(host: string): string {
    if (/^\d+(\.\d+){3}$/.test(host)) return this.address(host)
    const isNobodys = /(^|\.)example\.com$|^device-\d+|^localhost$/i.test(host)
    return isNobodys ? host : this.#other(host, 'host-', '.example.com')
  }

  #mac(text: string, mark: string): string {
    const pairs = text.split(mark)
    const isNobodys = /^(00){3}|^(ff){6}/i.test(pairs.join('')) || pairs.slice(3, 5).join('') === '0000'
    return isNobodys ? text : [...pairs.slice(0, 3), ...(this.#other(text, '', '', 6).match(/../g) ?? [])].join(mark)
  }

  #other(text: string, before: string, after: string, digits = 1): string {
    const known = this.#known.get(text.toLowerCase())
    if (known !== undefined) return known
    this.#others++
    const mask = before + String(this.#others).padStart(digits, '0') + after
    this.#known.set(text.toLowerCase(), mask)
    return mask
  }
}

/** The Nth address of the ranges for documentation (RFC 5737); beyond them they repeat. */
function documentation(number: number): string {
  const networks = ['192.0.2', '198.51.100', '203.0.113']
  return `${networks[Math.floor(number / 240) % networks.length] ?? '192.0.2'}.${9 + (number % 240)}`
}
