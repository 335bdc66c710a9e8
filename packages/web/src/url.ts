/** A page's state lives in its URL, so that a view can be bookmarked and sent to a colleague. These are the two directions, kept pure. */

/** As much of a zod schema as reading a query needs. */
export interface QuerySchema<T> {
  safeParse(input: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false
        readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] }
      }
}

/** Query text to plain strings; a repeated name keeps its last value. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

/** Plain values to query text with a leading `?`, or an empty text; undefined, null and '' are left out. */
export function stringifySearch(state: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(texts(state))) query.set(name, value)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/**
 * Reads a page's state from whatever the address bar says: a field that does not fit is dropped and takes its default.
 * @throws when the schema has no defaults, which is our mistake.
 */
export function readQuery<T>(schema: QuerySchema<T>, raw: Readonly<Record<string, unknown>>): T {
  const input = texts(raw)
  const first = schema.safeParse(input)
  if (first.success) return first.data
  for (const issue of first.error.issues) delete input[String(issue.path[0])]
  const second = schema.safeParse(input)
  if (second.success) return second.data
  throw new Error('a query schema must accept a query with its faulty fields removed')
}

/** Where to go after signing in: an address inside the app, never another site. */
export function insideAddress(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])/.test(text) ? text : '/'
}

function texts(state: Readonly<Record<string, unknown>>): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(state)) {
    if (value !== undefined && value !== null && value !== '') result[name] = String(value)
  }
  return result
}
