/** The limit intake is measured against: the same rows copied by the server itself into a table that is neither logged nor indexed. */
import pg from 'pg'

/** What the limit reached, and how large the rows are where they are really kept. */
export interface Limit {
  readonly rows: number
  readonly rate: number
  readonly bytes: number
}

/** Copies the stored readings out and in again. Needs a superuser: the file lies on the server. */
export async function copyRows(url: string): Promise<Limit> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ folder: string; size: string }>(
      `select current_setting('data_directory') as folder,
        (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'platen.reading'::regclass) as size`,
    )
    const file = `${rows[0]?.folder ?? ''}/platen-limit.copy`
    const out = await client.query(`copy (select * from platen.reading) to '${file}'`)
    await client.query('create unlogged table platen_limit (like platen.reading)')
    const started = performance.now()
    await client.query(`copy platen_limit from '${file}'`)
    const seconds = (performance.now() - started) / 1000
    await client.query('drop table platen_limit')
    const count = out.rowCount ?? 0
    return { rows: count, rate: count / seconds, bytes: Number(rows[0]?.size ?? 0) / count }
  } finally {
    await client.end()
  }
}

/** One line about what was stored. */
export function profileOf(limit: Limit): string {
  return `${Math.round(limit.bytes)} bytes a row with its index`
}
