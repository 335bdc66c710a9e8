/**
 * The settings of one Onsite as people see and change them. A change is a new version; the Onsite takes it in the answer to its next
 * delivery, as far as the scope file in the customer's hands allows.
 */
import { type Settings, settingsSchema } from '@platen/wire'
import { z } from 'zod'
import { placeCondition, type Scope, within } from '../access/scope.ts'
import type { Database } from '../db/database.ts'
import { Parameters } from '../db/parameters.ts'

const row = z.object({ settings: settingsSchema })

/** What became of a change: `changed` is somebody else's change in between, with the settings as they are now. */
export type SettingsChange =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly reason: 'notFound' }
  | { readonly ok: false; readonly reason: 'changed'; readonly settings: Settings }

/** An Onsite's settings, or null where the scope has no such Onsite. */
export async function onsiteSettings(scope: Scope, database: Database, id: string): Promise<Settings | null> {
  const { parameters, condition } = oneOnsite(scope, id)
  const sql = `select settings from onsite where ${condition}`
  return (await within(scope, database, (queries) => queries.row(row, sql, parameters.values)))?.settings ?? null
}

/** Puts new settings in the place of version `settings.version`, under the next number. A revoked Onsite has no settings to change. */
export async function changeSettings(
  scope: Scope,
  database: Database,
  change: { readonly onsite: string; readonly settings: Settings },
): Promise<SettingsChange> {
  const { parameters, condition } = oneOnsite(scope, change.onsite)
  const before = parameters.add(change.settings.version)
  const settings = { ...change.settings, version: change.settings.version + 1 }
  const sql = `update onsite set settings = ${parameters.add(JSON.stringify(settings))}::jsonb,
      settings_version = ${parameters.add(settings.version)}, interval_minutes = ${parameters.add(settings.intervalMinutes)},
      name = ${parameters.add(settings.name)}
    where ${condition} and state <> 'revoked' and settings_version = ${before} returning settings`
  const changed = await within(scope, database, (queries) => queries.row(row, sql, parameters.values))
  if (changed !== null) return { ok: true, settings: changed.settings }
  const now = await onsiteSettings(scope, database, change.onsite)
  return now === null || now.version === change.settings.version
    ? { ok: false, reason: 'notFound' }
    : { ok: false, reason: 'changed', settings: now }
}

function oneOnsite(scope: Scope, id: string) {
  const parameters = new Parameters()
  const tenant = parameters.add(scope.tenant)
  const place = placeCondition(scope, parameters, 'site_id')
  return { parameters, condition: `tenant_id = ${tenant} and ${place} and onsite_id = ${parameters.add(id)}` }
}
