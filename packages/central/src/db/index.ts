/** Opens the database that a place or URL names. */
import type { Database } from './database.ts'
import { openEmbedded } from './embedded.ts'
import { openPostgresql } from './postgresql.ts'

/** Where the database is: a server's URL, a folder for the embedded engine, or in memory (tests). */
export type DatabasePlace = { readonly url: string } | { readonly folder: string } | { readonly memory: true }

/** Opens it; the schema may still be old (`migrate`). */
export async function openDatabase(place: DatabasePlace, onLost: (error: Error) => void = () => {}): Promise<Database> {
  if ('url' in place) return openPostgresql(place.url, onLost)
  return openEmbedded('folder' in place ? place.folder : null)
}
