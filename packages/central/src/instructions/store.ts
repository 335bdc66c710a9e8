/** Which versions there are and which Onsites run which, for people. */
import { compareVersions, isNumbered } from '@platen/wire'
import { z } from 'zod'
import { placeCondition, type Scope, within } from '../access/scope.ts'
import type { InstructionVersions } from '../api.ts'
import type { Database } from '../db/database.ts'
import { Parameters } from '../db/parameters.ts'

const newestFirst = (a: string, b: string): number => compareVersions(b, a) ?? 0

const keptRow = z.object({ version: z.string(), added_at: z.date(), signed_by: z.string() })
const runRow = z.object({ version: z.string(), onsite_id: z.string(), name: z.string() })

/** Every version on the shelf or in force on an Onsite of the scope, newest first. */
export async function instructionVersions(scope: Scope, database: Database): Promise<InstructionVersions> {
  const parameters = new Parameters()
  const tenant = parameters.add(scope.tenant)
  const place = placeCondition(scope, parameters, 'o.site_id')
  const running = `select o.instructions as version, o.onsite_id, o.name from onsite o
    where o.tenant_id = ${tenant} and ${place} and o.state = 'enrolled' and o.instructions is not null
    order by o.name, o.onsite_id`
  const [kept, runs] = await within(scope, database, async (queries) => [
    await queries.rows(keptRow, 'select version, added_at, signed_by from instructions'),
    await queries.rows(runRow, running, parameters.values),
  ])
  const versions = [...new Set([...kept, ...runs].map(({ version }) => version))]
  const ordered = [
    ...versions.filter(isNumbered).sort(newestFirst),
    ...versions.filter((one) => !isNumbered(one)).sort(),
  ]
  return {
    newest: kept.map(({ version }) => version).sort(newestFirst)[0] ?? null,
    versions: ordered.map((version) => {
      const one = kept.find((row) => row.version === version)
      return {
        version,
        addedAt: one?.added_at.toISOString() ?? null,
        signedBy: one?.signed_by ?? null,
        onsites: runs.filter((row) => row.version === version).map(({ onsite_id: id, name }) => ({ id, name })),
      }
    }),
  }
}
