/** Turns what a schema found wrong into one short line for logs and quarantine: where and what kind, never the values themselves. */
import type { z } from 'zod'

/** Problems named; the first few say what is wrong, a hostile message would have thousands. */
const problemsNamed = 5
const detailMost = 400

/** `path: message` of the first problems, at most 400 letters. */
export function problemsOf(error: z.ZodError): string {
  const named = error.issues.slice(0, problemsNamed).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  const more = error.issues.length - named.length
  return (more > 0 ? [...named, `and ${more} more`] : named).join('; ').slice(0, detailMost)
}
