/** A change of an Onsite's settings as a browser sends it: the settings themselves, but for passwords, which are written here and never read. */
import { accessSchema, entrySchema, settingsSchema, userPasswordsSchema, userShape } from '@platen/wire/messages'
import { z } from 'zod'

/** A user in a change. `passwords` are written and never read; without them `sealed` is what there was before, for the same name and protocols. */
const userChangeSchema = z
  .strictObject({
    ...userShape,
    sealed: z.string().max(2000).nullable().default(null),
    passwords: userPasswordsSchema.optional(),
  })
  .refine(({ auth, privacy }) => auth !== null || privacy === null, {
    error: 'privacy without auth',
    path: ['privacy'],
  })
  .refine(
    ({ auth, privacy, passwords }) =>
      passwords === undefined || (auth !== null && (privacy === null) === (passwords.privacy === null)),
    { error: 'passwords for what is not asked by', path: ['passwords'] },
  )
/** A change of settings: `version` is the one that was looked at (a newer one is not overwritten); `duty` and `partner` are not changed by it. */
export const onsiteSettingsChangeSchema = settingsSchema
  .extend({ access: accessSchema(entrySchema(userChangeSchema)).default([]) })
  .meta({ id: 'SettingsChange' })
export type OnsiteSettingsChange = z.infer<typeof onsiteSettingsChangeSchema>
