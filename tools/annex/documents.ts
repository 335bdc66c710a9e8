/** Which files the annex is: two documents of their own, and a part of the manual. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { annex, type Made, withDataList } from './document.ts'
import { outgoingFields, settable } from './fields.ts'

/** Every generated file, by its path in the repository. */
export async function documents(root: string): Promise<ReadonlyMap<string, Made>> {
  const schemas = join(root, 'packages/wire/schemas')
  const sources = { fields: await outgoingFields(schemas), ...(await settable(schemas)) }
  const manual = await readFile(join(root, 'docs/operator.md'), 'utf8')
  return new Map([
    ['docs/data-processing-annex.en.md', annex('en', sources)],
    ['docs/data-processing-annex.de.md', annex('de', sources)],
    ['docs/operator.md', withDataList(manual, sources)],
  ])
}
