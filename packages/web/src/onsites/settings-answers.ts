/** An Onsite's settings as a form shows them: lists as lines of text, what is not used switched off. What a field must hold is what Central would take. Pure. */
import { type OnsiteSettings, type OnsiteSettingsChange, onsiteSettingsChangeSchema } from '@platen/central/api'
import type { TFunction } from 'i18next'
import { wantedText } from './settings-words.ts'

type Entry = OnsiteSettings['access'][number]
type User = Entry['users'][number]

/** A user of SNMPv3. Passwords are written here and never shown; `before` is what they were sealed for. */
export interface UserAnswers {
  readonly name: string
  readonly context: string
  readonly auth: NonNullable<User['auth']> | 'none'
  readonly privacy: NonNullable<User['privacy']> | 'none'
  readonly authPassword: string
  readonly privacyPassword: string
  readonly before: User | null
}

/** Credentials of some addresses. */
export interface EntryAnswers {
  readonly ranges: string
  readonly users: readonly UserAnswers[]
  readonly communities: string
}

export interface SettingsAnswers {
  readonly name: string
  readonly intervalMinutes: number | string
  /** Empty: with every round. */
  readonly statusMinutes: number | string
  readonly suppliesMinutes: number | string
  readonly inventoryMinutes: number | string
  readonly hours: { readonly on: boolean; readonly days: readonly string[]; readonly from: string; readonly to: string }
  readonly closing: { readonly on: boolean; readonly day: number | string; readonly at: string }
  readonly zone: string
  readonly packetsPerSecond: number | string
  readonly ranges: string
  readonly communities: string
  readonly access: readonly EntryAnswers[]
  readonly timeoutMs: number | string
  readonly tries: number | string
  readonly masks: OnsiteSettings['masks']
}

/** A new user: the strongest that printers of the last fifteen years commonly know. */
export const blankUser: UserAnswers = {
  name: '',
  context: '',
  auth: 'sha256',
  privacy: 'aes128',
  authPassword: '',
  privacyPassword: '',
  before: null,
}
export const blankEntry: EntryAnswers = { ranges: '', users: [], communities: '' }

/** The form for settings. What is switched off begins with what most would choose. */
export function answersOf(settings: OnsiteSettings): SettingsAnswers {
  const { version: _v, duty: _d, partner: _p, ranges, communities, access, looks, hours, closing, ...rest } = settings
  return {
    ...rest,
    statusMinutes: looks.statusMinutes ?? '',
    suppliesMinutes: looks.suppliesMinutes ?? '',
    inventoryMinutes: looks.inventoryMinutes ?? '',
    hours: {
      on: hours !== null,
      days: (hours?.days ?? [1, 2, 3, 4, 5]).map(String),
      from: hours?.from ?? '07:00',
      to: hours?.to ?? '19:00',
    },
    closing: { on: closing !== null, day: closing?.day ?? 31, at: closing?.at ?? '23:45' },
    ranges: ranges.join('\n'),
    communities: communities.join('\n'),
    access: access.map((entry) => ({
      ranges: entry.ranges.join('\n'),
      communities: entry.communities.join('\n'),
      users: entry.users.map(userAnswersOf),
    })),
  }
}

function userAnswersOf(user: User): UserAnswers {
  const { name, context, auth, privacy } = user
  const passwords = { authPassword: '', privacyPassword: '' }
  return { name, context, auth: auth ?? 'none', privacy: privacy ?? 'none', ...passwords, before: user }
}

/** The change that a form asks for, of `version`; null where a field holds what no Onsite would take. */
export function settingsOf(answers: SettingsAnswers, version: number): OnsiteSettingsChange | null {
  const parsed = onsiteSettingsChangeSchema.safeParse(candidate(answers, version))
  return parsed.success && passwordless(answers).length === 0 ? parsed.data : null
}

/** What is wrong, by field (`access.0.users.1.name`), in the reader's words; empty where the answers will do. */
export function wrongSettings(t: TFunction, answers: SettingsAnswers): Record<string, string> {
  const parsed = onsiteSettingsChangeSchema.safeParse(candidate(answers, 0))
  const issues = parsed.success ? [] : parsed.error.issues.map(({ path }) => fieldOf(path))
  const fields = [...new Set([...issues, ...passwordless(answers)])]
  return Object.fromEntries(fields.map((field) => [field, wantedText(t, field)]))
}

/** Whether a user's passwords must be entered: they were sealed for another name or other protocols, or never. */
export function wantsPasswords({ name, auth, privacy, before }: UserAnswers): boolean {
  if (auth === 'none') return false
  return (
    before?.sealed == null || before.name !== name || before.auth !== auth || (before.privacy ?? 'none') !== privacy
  )
}

function passwordless({ access }: SettingsAnswers): string[] {
  return access.flatMap(({ users }, entry) =>
    users.flatMap((user, at) =>
      wantsPasswords(user) && passwordsOf(user) === undefined ? [`access.${entry}.users.${at}.authPassword`] : [],
    ),
  )
}

/** The field of the form that a part of settings is in. */
function fieldOf(path: readonly PropertyKey[]): string {
  const [head = '', ...rest] = path.map(String)
  if (head === 'looks') return rest[0] ?? 'intervalMinutes'
  if (head === 'hours' || head === 'closing') return [head, rest[0] ?? (head === 'hours' ? 'days' : 'day')].join('.')
  if (head !== 'access') return head
  const [entry, list, user, field, password] = rest
  if (entry === undefined) return 'access'
  if (list === 'ranges' || list === 'communities' || list === undefined) return `access.${entry}.${list ?? 'ranges'}`
  if (user === undefined) return `access.${entry}.users`
  if (field !== 'passwords') return `access.${entry}.users.${user}.${field ?? 'name'}`
  return `access.${entry}.users.${user}.${password === 'privacy' ? 'privacyPassword' : 'authPassword'}`
}

function candidate(answers: SettingsAnswers, version: number) {
  const { hours, closing, statusMinutes, suppliesMinutes, inventoryMinutes, access, ...rest } = answers
  const orNull = (minutes: number | string) => (minutes === '' ? null : minutes)
  return {
    ...rest,
    version,
    name: answers.name.trim(),
    looks: {
      statusMinutes: orNull(statusMinutes),
      suppliesMinutes: orNull(suppliesMinutes),
      inventoryMinutes: orNull(inventoryMinutes),
    },
    hours: hours.on ? { days: hours.days.map(Number).toSorted(), from: hours.from, to: hours.to } : null,
    closing: closing.on ? { day: closing.day, at: closing.at } : null,
    ranges: lines(answers.ranges),
    communities: lines(answers.communities),
    access: access.map((entry) => ({
      ranges: lines(entry.ranges),
      communities: lines(entry.communities),
      users: entry.users.map(userOf),
    })),
  }
}

function userOf(user: UserAnswers) {
  const passwords = passwordsOf(user)
  return {
    name: user.name.trim(),
    context: user.context.trim(),
    auth: user.auth === 'none' ? null : user.auth,
    privacy: user.privacy === 'none' || user.auth === 'none' ? null : user.privacy,
    sealed: user.auth === 'none' ? null : (user.before?.sealed ?? null),
    ...(passwords === undefined ? {} : { passwords }),
  }
}

/** What was entered; undefined where nothing was, and the sealed ones stay. */
function passwordsOf({ auth, privacy, authPassword, privacyPassword }: UserAnswers) {
  if (auth === 'none' || (authPassword === '' && privacyPassword === '')) return undefined
  return { auth: authPassword, privacy: privacy === 'none' ? null : privacyPassword }
}

/** Spaces at the ends of a line are a slip of the hand, in a community too. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
