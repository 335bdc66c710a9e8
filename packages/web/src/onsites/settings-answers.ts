/** An Onsite's settings as a form shows them: lists as lines of text. What a field must hold is what the Onsite itself would take. Pure. */
import { type OnsiteSettings, onsiteSettingsSchema } from '@platen/central/api'
import type { TFunction } from 'i18next'

export interface SettingsAnswers {
  readonly name: string
  readonly intervalMinutes: number | string
  readonly ranges: string
  readonly communities: string
  readonly timeoutMs: number | string
  readonly tries: number | string
  readonly masks: OnsiteSettings['masks']
}

/** The form for settings. */
export function answersOf(settings: OnsiteSettings): SettingsAnswers {
  const { version: _, ranges, communities, ...rest } = settings
  return { ...rest, ranges: ranges.join('\n'), communities: communities.join('\n') }
}

/** The settings that a form asks for, as a change of `version`; null where a field holds what no Onsite would take. */
export function settingsOf(answers: SettingsAnswers, version: number): OnsiteSettings | null {
  const parsed = onsiteSettingsSchema.safeParse(candidate(answers, version))
  return parsed.success ? parsed.data : null
}

/** What is wrong, by field, in the reader's words; empty where the answers will do. */
export function wrongSettings(t: TFunction, answers: SettingsAnswers): Partial<Record<keyof SettingsAnswers, string>> {
  const parsed = onsiteSettingsSchema.safeParse(candidate(answers, 0))
  if (parsed.success) return {}
  const fields = new Set(parsed.error.issues.map(({ path }) => path[0]))
  return {
    ...(fields.has('name') ? { name: t('onsiteSettings.wantName') } : {}),
    ...(fields.has('intervalMinutes') ? { intervalMinutes: t('onsiteSettings.wantInterval') } : {}),
    ...(fields.has('ranges') ? { ranges: t('onsiteSettings.wantRanges') } : {}),
    ...(fields.has('communities') ? { communities: t('onsiteSettings.wantCommunities') } : {}),
    ...(fields.has('timeoutMs') ? { timeoutMs: t('onsiteSettings.wantTimeout') } : {}),
    ...(fields.has('tries') ? { tries: t('onsiteSettings.wantTries') } : {}),
  }
}

function candidate(answers: SettingsAnswers, version: number) {
  const name = answers.name.trim()
  return { ...answers, version, name, ranges: lines(answers.ranges), communities: lines(answers.communities) }
}

/** Spaces at the ends of a line are a slip of the hand, in a community too. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
