/** The fields of the messages that leave a customer's network, read from the published schemas: what the list of data is made of. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Messages that an Onsite sends, in the order of the list. */
export const outgoing = ['reading', 'contact', 'envelope-header', 'enrolment-request'] as const
export type Message = (typeof outgoing)[number]

/** A field by its message and its path, lists marked by `[]`: `meters[].value`. */
export interface Field {
  readonly message: Message
  readonly path: string
}

/** The part of JSON Schema (draft 2020-12) that the published schemas use. */
type Schema = Readonly<Record<string, unknown>>

/** Every field of every message that an Onsite sends. `schemas` is the folder of wire's published schemas. */
export async function outgoingFields(schemas: string): Promise<readonly Field[]> {
  const all = await Promise.all(
    outgoing.map(async (message) => (await pathsOf(schemas, message)).map((path) => ({ message, path }))),
  )
  return all.flat()
}

/** All that Central may set, by its names in the closed list of settings, and which of it leaves a field out (`masks`). */
export async function settable(schemas: string): Promise<{ names: readonly string[]; masks: readonly string[] }> {
  const paths = await pathsOf(schemas, 'settings')
  const top = new Set(paths.map((path) => path.replace(/[.[].*$/, '')))
  const masks = paths.flatMap((path) => (path.startsWith('masks.') ? [path.slice('masks.'.length)] : []))
  return { names: [...top], masks }
}

async function pathsOf(schemas: string, message: string): Promise<readonly string[]> {
  const root: unknown = JSON.parse(await readFile(join(schemas, `${message}.schema.json`), 'utf8'))
  if (!isSchema(root)) throw new Error(`${message}: no schema`)
  const named = isSchema(root.$defs) ? root.$defs : {}
  return [...new Set(leaves(root, '', named))]
}

/** The ends of the tree; a choice between forms has the ends of all of them. */
function leaves(schema: Schema, path: string, named: Schema): readonly string[] {
  if (typeof schema.$ref === 'string') {
    const meant = named[schema.$ref.split('/').at(-1) ?? '']
    return isSchema(meant) ? leaves(meant, path, named) : []
  }
  const choices = [schema.anyOf, schema.oneOf].flat().filter(isSchema)
  if (choices.length > 0) return choices.flatMap((choice) => leaves(choice, path, named))
  if (schema.type === 'null') return []
  if (isSchema(schema.items)) return leaves(schema.items, `${path}[]`, named)
  if (!isSchema(schema.properties)) return [path]
  return Object.entries(schema.properties).flatMap(([name, inner]) =>
    isSchema(inner) ? leaves(inner, path === '' ? name : `${path}.${name}`, named) : [],
  )
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
