/**
 * Reads scope.toml, the file in which the customer's administrator writes what may be asked. Every fault is named with its line and entry,
 * because a mistake here either hides printers or asks machines nobody agreed to.
 */
import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { type AddressRange, parseAddress, parseRange, type RangeFault } from './addresses.ts'
import { Scope, type ScopeHost } from './scope.ts'

/** One fault in the file: the line it is in (null if it is about the whole file), the entry as written, and why. */
export interface ScopeProblem {
  readonly line: number | null
  readonly entry: string
  readonly reason: RangeFault | 'syntax' | 'unknownKey' | 'wrongType' | 'badHost' | 'empty' | 'tooMany'
}

/** A scope, or everything that is wrong with the file. */
export type ScopeFile =
  | { readonly ok: true; readonly scope: Scope }
  | { readonly ok: false; readonly problems: readonly ScopeProblem[] }

/** More entries than this are a mistake: merging and the check of each address are meant for a hand-written file. */
const SCOPE_ENTRIES = 10_000

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
export function parseScope(text: string): ScopeFile {
  const raw = parseToml(text)
  if (!raw.ok) return raw
  const parsed = fileSchema.safeParse(raw.value)
  if (!parsed.success)
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => schemaProblems(issue, text)) }
  const problems: ScopeProblem[] = []
  const note = (entry: string, reason: ScopeProblem['reason']) =>
    problems.push({ line: lineOf(text, entry), entry, reason })
  const ranges = readRanges(parsed.data.ranges, note)
  const exclude = readRanges(parsed.data.exclude, note)
  const hosts = readHosts(parsed.data.hosts, note)
  if (problems.length === 0 && ranges.length + hosts.length === 0)
    problems.push({ line: null, entry: 'ranges', reason: 'empty' })
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, scope: new Scope({ demo: parsed.data.demo, ranges, hosts, exclude }) }
}

type Note = (entry: string, reason: ScopeProblem['reason']) => void

function readRanges(texts: readonly string[], note: Note): readonly AddressRange[] {
  return texts.flatMap((text) => {
    const parsed = parseRange(text)
    if (parsed.ok) return [parsed.range]
    note(text, parsed.reason)
    return []
  })
}

function readHosts(texts: readonly string[], note: Note): readonly ScopeHost[] {
  return texts.flatMap((text) => {
    const plain = parseAddress(text)
    if (plain !== null) return [{ name: text, address: plain }]
    const [name = '', fixed] = text.split('=', 2)
    const address = fixed === undefined ? null : parseAddress(fixed)
    // A name whose last label is a number would be read as an address by resolvers (WHATWG URL, inet_aton).
    if (!HOST.test(text) || /(^|\.)(0x[0-9a-f]*|[0-9]+)$/i.test(name) || (fixed !== undefined && address === null)) {
      note(text, 'badHost')
      return []
    }
    return [{ name: name.toLowerCase(), address }]
  })
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

function schemaProblems(issue: z.core.$ZodIssue, text: string): readonly ScopeProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ line: lineOf(text, key), entry: key, reason: 'unknownKey' as const }))
  }
  const entry = issue.path.map(String).join('.')
  const line = lineOf(text, String(issue.path[0] ?? ''))
  return [{ line, entry, reason: issue.code === 'too_big' ? 'tooMany' : 'wrongType' }]
}

/** The first line that holds the entry outside a comment; TOML keeps no places for values. */
function lineOf(text: string, entry: string): number | null {
  const index = text.split('\n').findIndex((line) => line.replace(/^\s*#.*/, '').includes(entry))
  return index === -1 ? null : index + 1
}
