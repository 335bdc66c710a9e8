/**
 * The settings of one Onsite as people see and change them. A change is a new version; the Onsite takes it in the answer to its next
 * delivery, as far as the scope file in the customer's hands allows. Passwords are sealed to it here, and never kept or shown.
 */
import { type AccessUser, type Settings, sealUserSecret, settingsSchema } from '@platen/wire'
import { z } from 'zod'
import { placeCondition, type Scope, within } from '../access/scope.ts'
import type { OnsiteSettingsChange } from '../api.ts'
import type { Database } from '../db/database.ts'
import { Parameters } from '../db/parameters.ts'
import { settingsSql } from './duty.ts'

const row = z.object({ settings: settingsSchema })
const keyedRow = row.extend({
  state: z.enum(['awaiting', 'enrolled', 'revoked']),
  sealing_key: z.instanceof(Uint8Array).nullable(),
})

/**
 * What became of a change: `changed` is somebody else's change in between, with the settings as they are now; `notEnrolled`: there is no key yet
 * to seal passwords to; `passwordsWanted`: a user is new, or its name or protocols are, and its passwords were not given.
 */
export type SettingsChange =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly reason: 'notFound' | 'notEnrolled' }
  | { readonly ok: false; readonly reason: 'passwordsWanted'; readonly user: string }
  | { readonly ok: false; readonly reason: 'changed'; readonly settings: Settings }

/** An Onsite's settings, or null where the scope has no such Onsite. */
export async function onsiteSettings(scope: Scope, database: Database, id: string): Promise<Settings | null> {
  const { parameters, condition } = oneOnsite(scope, id)
  const sql = `select ${settingsSql('o')} as settings from onsite o where ${condition}`
  return (await within(scope, database, (queries) => queries.row(row, sql, parameters.values)))?.settings ?? null
}

/** Puts new settings in the place of version `settings.version`, under the next number. A revoked Onsite has no settings to change. */
export async function changeSettings(
  scope: Scope,
  database: Database,
  change: { readonly onsite: string; readonly settings: OnsiteSettingsChange },
): Promise<SettingsChange> {
  const before = await keyedSettings(scope, database, change.onsite)
  if (before === null || before.state === 'revoked') return { ok: false, reason: 'notFound' }
  if (before.settings.version !== change.settings.version)
    return { ok: false, reason: 'changed', settings: before.settings }
  const sealed = await sealAccess(change, before)
  if (!sealed.ok) return sealed
  const wanted = { ...change.settings, access: sealed.access }
  const { parameters, condition } = oneOnsite(scope, change.onsite)
  const version = parameters.add(wanted.version)
  const sql = `update onsite o set settings = ${parameters.add(JSON.stringify(wanted))}::jsonb, settings_version = settings_version + 1,
      interval_minutes = ${parameters.add(wanted.intervalMinutes)}, name = ${parameters.add(wanted.name)}
    where ${condition} and state <> 'revoked' and settings_version + duties = ${version} returning ${settingsSql('o')} as settings`
  const changed = await within(scope, database, (queries) => queries.row(row, sql, parameters.values))
  if (changed !== null) return { ok: true, settings: changed.settings }
  const now = await onsiteSettings(scope, database, change.onsite)
  return now === null || now.version === wanted.version
    ? { ok: false, reason: 'notFound' }
    : { ok: false, reason: 'changed', settings: now }
}

async function keyedSettings(scope: Scope, database: Database, id: string): Promise<z.output<typeof keyedRow> | null> {
  const { parameters, condition } = oneOnsite(scope, id)
  const sql = `select ${settingsSql('o')} as settings, o.state,
      (select d.sealing_key from onsite_door d where d.tenant_id = o.tenant_id and d.onsite_id = o.onsite_id) as sealing_key
    from onsite o where ${condition}`
  return await within(scope, database, (queries) => queries.row(keyedRow, sql, parameters.values))
}

type UserChange = OnsiteSettingsChange['access'][number]['users'][number]

/** New passwords are sealed; a user without new ones keeps what was sealed for it, if it is still the same user with the same protocols. */
async function sealAccess(
  { onsite, settings }: { readonly onsite: string; readonly settings: OnsiteSettingsChange },
  before: z.output<typeof keyedRow>,
): Promise<{ readonly ok: true; readonly access: Settings['access'] } | Extract<SettingsChange, { ok: false }>> {
  const known = before.settings.access.flatMap(({ users }) => users)
  const access: Settings['access'] = []
  for (const { users, ...entry } of settings.access) {
    const sealedUsers: AccessUser[] = []
    for (const { passwords, ...user } of users) {
      if (user.auth === null) sealedUsers.push({ ...user, sealed: null })
      else if (passwords === undefined) {
        if (!known.some((one) => isSame(one, user))) return { ok: false, reason: 'passwordsWanted', user: user.name }
        sealedUsers.push(user)
      } else {
        if (before.sealing_key === null) return { ok: false, reason: 'notEnrolled' }
        const key = new Uint8Array(before.sealing_key)
        sealedUsers.push({ ...user, sealed: await sealUserSecret({ ...user, onsite }, passwords, key) })
      }
    }
    access.push({ ...entry, users: sealedUsers })
  }
  return { ok: true, access }
}

function isSame(known: AccessUser, user: Omit<UserChange, 'passwords'>): boolean {
  const { name, auth, privacy, sealed } = known
  return (
    sealed !== null && sealed === user.sealed && name === user.name && auth === user.auth && privacy === user.privacy
  )
}

function oneOnsite(scope: Scope, id: string) {
  const parameters = new Parameters()
  const tenant = parameters.add(scope.tenant)
  const place = placeCondition(scope, parameters, 'o.site_id')
  return { parameters, condition: `o.tenant_id = ${tenant} and ${place} and o.onsite_id = ${parameters.add(id)}` }
}
