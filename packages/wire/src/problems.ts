/** Turns what a schema found wrong into one short line for logs and quarantine: where and what kind, never the values themselves. */
import type { z } from 'zod'

/** Problems named; the first few say what is wrong, a hostile message would have thousands. */
const problemsNamed = 5
/** As long as a receipt's reason may be. */
const detailMost = 200

/** `path: message` of the first problems, at most 200 printable ASCII letters: the sender chose the keys in a path. */
export function problemsOf(error: z.ZodError): string {
  const named = error.issues.slice(0, problemsNamed).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  const more = error.issues.length - named.length
  const line = (more > 0 ? [...named, `and ${more} more`] : named).map((one) => one.slice(0, detailMost)).join('; ')
  // A NUL would stop the row that quarantines, a line break would forge a line of the log.
  return line.slice(0, detailMost).replace(/[^ -~]/g, '?')
}
