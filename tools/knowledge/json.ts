/** Looks into JSON that other people wrote, for the tools: what is not there or of another kind is empty. */

/** The members of an object; none for whatever is no object. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

/** The objects in a list; none for whatever is no list. */
export function asList(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(asRecord) : []
}
