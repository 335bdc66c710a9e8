/** Script: writes `packages/wire/schemas/*.schema.json` anew (`node packages/wire/src/publish.ts`). A test says when they are stale. */
import { writeFile } from 'node:fs/promises'
import { publishedSchemas } from './published.ts'

for (const [file, text] of publishedSchemas()) await writeFile(new URL(`../schemas/${file}`, import.meta.url), text)
