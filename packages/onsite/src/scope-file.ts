/**
 * Reads scope.toml, the file in which the customer's administrator writes what may be asked. Every fault is named with its line and entry,
 * because a mistake here either hides printers or asks machines nobody agreed to.
 */
import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { type AddressRange, formatAddress, isSix, parseAddress, parseRange, type RangeFault } from './addresses.ts'
import { Scope, type ScopeHost } from './scope.ts'

/** One fault in the file: the line it is in (null if it is about the whole file), the entry as written, and why. */
export interface ScopeProblem {
  readonly line: number | null
  readonly entry: string
  readonly reason:
    | RangeFault
    | 'syntax'
    | 'unknownKey'
    | 'wrongType'
    | 'badHost'
    | 'empty'
    | 'tooMany'
    | 'tooWide'
    | 'tooLarge'
    | 'notText'
    | 'formula'
    | 'badQuotes'
    | 'badKind'
    | 'noColumns'
    | 'cannotRead'
}

/** A scope, or everything that is wrong with the file. */
export type ScopeFile =
  | { readonly ok: true; readonly scope: Scope }
  | { readonly ok: false; readonly problems: readonly ScopeProblem[] }

/** More entries than this are a mistake: the file is meant to be read and answered for by a person. */
export const SCOPE_ENTRIES = 10_000
/** Letters of a scope file or an import: 10,000 entries, each with a long comment. */
export const SCOPE_LETTERS = 4 * 1024 * 1024
/** Networks that all ranges with masks may consist of together: each has ends that are remembered. */
const NETWORKS_MOST = 65_536n
/** The widest range that can be meant: a /8 in IPv4, a /32 (what a provider gets) in IPv6. */
const WIDEST_FOUR = 1n << 24n
const WIDEST_SIX = 1n << 96n

const entries = z.array(z.string()).max(SCOPE_ENTRIES).default([])
const fileSchema = z.strictObject({
  demo: z.boolean().default(false),
  ranges: entries,
  hosts: entries,
  exclude: entries,
})

// RFC 1123 labels; the address after `=` is checked by itself.
const HOST =
  /^(?=.{1,253}(?:=|$))[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*(?:=|$)/

/** Reads the text of scope.toml: `demo`, `ranges`, `hosts` (`name`, `name=address` or an address), `exclude`; nothing else is legal. */
export function parseScope(given: string): ScopeFile {
  const unread = unreadable(given)
  if (unread !== null) return { ok: false, problems: [{ line: null, entry: 'scope.toml', reason: unread }] }
  const text = given.replace(/^\uFEFF/, '')
  const raw = parseToml(text)
  if (!raw.ok) return raw
  const lines = linesOf(text)
  const parsed = fileSchema.safeParse(raw.value)
  if (!parsed.success)
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => schemaProblems(issue, lines)) }
  const problems: ScopeProblem[] = []
  const note = (entry: string, reason: ScopeProblem['reason']) =>
    problems.push({ line: lines.next(entry), entry, reason })
  const ranges = readRanges(parsed.data.ranges, note).filter(({ text: entry, range }) => {
    if (!isTooWide(range)) return true
    note(entry, 'tooWide')
    return false
  })
  const exclude = readRanges(parsed.data.exclude, note)
  if (networksIn(ranges.map(({ range }) => range)) > NETWORKS_MOST) note('ranges', 'tooManyNets')
  const hosts = readHosts(parsed.data.hosts, note)
  if (problems.length === 0 && ranges.length + hosts.length === 0)
    problems.push({ line: null, entry: 'ranges', reason: 'empty' })
  if (problems.length > 0) return { ok: false, problems: problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) }
  const parts = { ranges: ranges.map(({ range }) => range), hosts, exclude: exclude.map(({ range }) => range) }
  return { ok: true, scope: new Scope({ demo: parsed.data.demo, ...parts }) }
}

/** Why a text is not even looked at: too large, or with NULs, which is how UTF-16 looks to who expects UTF-8. */
function unreadable(text: string): 'tooLarge' | 'notText' | null {
  if (text.length > SCOPE_LETTERS) return 'tooLarge'
  return text.includes('\0') ? 'notText' : null
}

/** The host that an entry of `hosts` names, or null if it is none. */
export function parseHost(text: string): ScopeHost | null {
  const plain = parseAddress(text)
  if (plain !== null) return { name: formatAddress(plain), address: plain }
  const [name = '', fixed] = text.split('=', 2)
  const address = fixed === undefined ? null : parseAddress(fixed)
  if (fixed !== undefined && (address === null || text.length !== name.length + 1 + fixed.length)) return null
  // A name whose last label is a number would be read as an address by resolvers (WHATWG URL, inet_aton).
  if (!HOST.test(text) || /(^|\.)(0x[0-9a-f]*|[0-9]+)$/i.test(name)) return null
  return { name: name.toLowerCase(), address }
}

type Note = (entry: string, reason: ScopeProblem['reason']) => void

function readRanges(texts: readonly string[], note: Note): readonly { text: string; range: AddressRange }[] {
  return texts.flatMap((text) => {
    const parsed = parseRange(text)
    if (parsed.ok) return [{ text, range: parsed.range }]
    note(text, parsed.reason)
    return []
  })
}

function readHosts(texts: readonly string[], note: Note): readonly ScopeHost[] {
  return texts.flatMap((text) => {
    const host = parseHost(text)
    if (host !== null) return [host]
    note(text, 'badHost')
    return []
  })
}

function networksIn(ranges: readonly AddressRange[]): bigint {
  return ranges.reduce((sum, { from, to, net }) => sum + (net === null ? 1n : to / net - from / net + 1n), 0n)
}

function isTooWide({ from, to }: AddressRange): boolean {
  return to - from + 1n > (isSix(from) ? WIDEST_SIX : WIDEST_FOUR)
}

function parseToml(text: string): { ok: true; value: unknown } | { ok: false; problems: readonly ScopeProblem[] } {
  try {
    return { ok: true, value: parse(text) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const entry = text.split('\n')[error.line - 1]?.trim() ?? ''
    return { ok: false, problems: [{ line: error.line, entry, reason: 'syntax' }] }
  }
}

function schemaProblems(issue: z.core.$ZodIssue, lines: Lines): readonly ScopeProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ line: lines.ofKey(key), entry: key, reason: 'unknownKey' as const }))
  }
  const entry = issue.path.map(String).join('.')
  const line = lines.ofKey(String(issue.path[0] ?? ''))
  return [{ line, entry, reason: issue.code === 'too_big' ? 'tooMany' : 'wrongType' }]
}

interface Lines {
  /** The line of the next place where this text stands in quotes. */
  next(entry: string): number | null
  ofKey(key: string): number | null
}

/** TOML keeps no places for values: they are found again by their quotes, the same text twice in the order of the file. */
function linesOf(text: string): Lines {
  const places = new Map<string, number[]>()
  const all = text.split('\n')
  all.forEach((line, at) => {
    for (const [quoted, value = ''] of line.matchAll(/#.*|"([^"\\]*)"|'([^']*)'/g)) {
      if (quoted.startsWith('#')) continue
      const entry = quoted.startsWith("'") ? quoted.slice(1, -1) : value
      const known = places.get(entry)
      if (known === undefined) places.set(entry, [at + 1])
      else known.push(at + 1)
    }
  })
  return {
    next: (entry) => places.get(entry)?.shift() ?? null,
    ofKey(key) {
      const at = all.findIndex((line) => line.trimStart().replace(/^["']/, '').startsWith(key))
      return at === -1 ? null : at + 1
    },
  }
}
