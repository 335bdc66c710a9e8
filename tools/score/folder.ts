/** A folder of recordings with what is known of them: facts/ (plain decoding), expected/ (other programs' tests), checks.json (sums that hold), MANIFEST.tsv (who made it). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asList, asRecord } from '../knowledge/json.ts'

type Json = Readonly<Record<string, unknown>>

/** All that the folder says of one recording; what it does not say is empty. */
export interface Known {
  readonly facts: Json
  readonly expected: Json
  readonly vendor: string | null
  readonly model: string | null
}

/** One sum between objects of a recording. */
export interface SumCheck {
  readonly recording: string
  readonly parts: readonly string[]
  readonly whole: readonly string[]
  readonly meaning: string
}

/** Reads what is known of a recording by its name. */
export async function knownOf(folder: string, name: string, manifest: Manifest): Promise<Known> {
  const [facts, expected] = await Promise.all([
    jsonAt(join(folder, 'facts', `${name}.json`)),
    jsonAt(join(folder, 'expected', `${name}.json`)),
  ])
  const row = manifest.get(name)
  return {
    facts: asRecord(facts),
    expected: asRecord(expected),
    vendor: row?.vendor ?? null,
    model: row?.model ?? null,
  }
}

/** Maker and model of each recording by name. */
export type Manifest = ReadonlyMap<string, { readonly vendor: string | null; readonly model: string | null }>

/** Reads MANIFEST.tsv by its head line; empty if there is none. */
export async function manifestOf(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'MANIFEST.tsv'), 'utf8').catch(() => '')
  const [head = [], ...rows] = text.split('\n').map((line) => line.split('\t'))
  const [file, vendor, model, form] = ['file', 'vendor', 'model', 'form'].map((column) => head.indexOf(column))
  const cell = (row: readonly string[], at: number | undefined): string | null => {
    const said = row[at ?? -1] ?? ''
    return said === '' || said === '-' || said.startsWith('(') ? null : said
  }
  return new Map(
    rows.map((row) => {
      const name = (cell(row, file) ?? '').replace(/^.*\//, '').replace(/\.snmprec(\.txt)?$/, '')
      // What a person called a recording is no model that it tells.
      const isStub = cell(row, form) === 'stub'
      return [name, { vendor: cell(row, vendor), model: isStub ? null : cell(row, model) }] as const
    }),
  )
}

/** Reads checks.json; empty if there is none. */
export async function checksOf(folder: string): Promise<readonly SumCheck[]> {
  return asList(await jsonAt(join(folder, 'checks.json')))
    .filter(({ holds }) => holds !== false)
    .map(({ recording, sum_of: parts, equals, meaning }) => ({
      recording: String(recording),
      parts: textsOf(parts),
      whole: textsOf(equals),
      meaning: String(meaning),
    }))
}

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

async function jsonAt(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => 'null')
  return JSON.parse(text)
}
