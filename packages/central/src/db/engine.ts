/**
 * The three things Central asks of a database, the same over PostgreSQL and over the embedded engine, so that every SQL text runs on both.
 * Both engines hand out int8 as bigint, timestamps as Date, json parsed and bytea as bytes; numeric and date are not used as answers.
 */
import type { z } from 'zod'

type Scalar = string | number | bigint | boolean | null | Date | Uint8Array

/** What may stand for `$1`. Objects go as JSON text with a cast in the SQL, so that both engines see the same bytes. */
export type Param = Scalar | readonly Scalar[]

/** Raw rows as the driver gives them; only `Queries` lets them pass, parsed. */
export type RawRow = Readonly<Record<string, unknown>>

/** One open connection that runs one statement with parameters. */
export interface Connection {
  query(sql: string, params: readonly Param[]): Promise<readonly RawRow[]>
}

/** A database. `transaction` commits when `run` resolves and rolls back when it throws; `exec` runs statements without parameters. */
export interface Engine {
  readonly kind: 'postgres' | 'embedded'
  query(sql: string, params: readonly Param[]): Promise<readonly RawRow[]>
  /**
   * `prelude` is SQL without parameters that runs with BEGIN in one trip: role, tenant, search path. `repeated` says that its statements
   * are few and come again and again: they are planned once a connection.
   */
  transaction<T>(
    start: { readonly prelude: string; readonly repeated: boolean },
    run: (connection: Connection) => Promise<T>,
  ): Promise<T>
  exec(sql: string): Promise<void>
  close(): Promise<void>
}

/** What stores are given: statements whose rows are parsed by a schema before anybody sees them. */
export interface Queries {
  /** Every row, parsed. @throws when a row is not what the schema says: a bug. */
  rows<S extends z.ZodType>(row: S, sql: string, params?: readonly Param[]): Promise<z.output<S>[]>
  /** The first row, or null. */
  row<S extends z.ZodType>(row: S, sql: string, params?: readonly Param[]): Promise<z.output<S> | null>
  /** Runs a statement whose rows nobody wants. */
  run(sql: string, params?: readonly Param[]): Promise<void>
}
