/** What is said of a field of the settings that cannot stay as it is, and which part of the dialog it is in. */
import type { TFunction } from 'i18next'

/** The parts of the dialog. */
export const settingsParts = ['schedule', 'addresses', 'access', 'privacy'] as const
export type SettingsPart = (typeof settingsParts)[number]

const parts: Readonly<Record<string, SettingsPart>> = {
  ranges: 'addresses',
  packetsPerSecond: 'addresses',
  timeoutMs: 'addresses',
  tries: 'addresses',
  communities: 'access',
  access: 'access',
  masks: 'privacy',
}

/** The part of the dialog that a field is in; null for the name above all of them. */
export function partOf(field: string): SettingsPart | null {
  const [head = ''] = field.split('.')
  return head === 'name' ? null : (parts[head] ?? 'schedule')
}

/** What the field must hold, in the reader's words. */
export function wantedText(t: TFunction, field: string): string {
  const names = field.split('.')
  const last = names.at(-1) ?? ''
  switch (last) {
    case 'name':
      return names.length === 1 ? t('onsiteSettings.wantName') : t('onsiteSettings.wantUserName')
    case 'intervalMinutes':
    case 'suppliesMinutes':
      return t('onsiteSettings.wantInterval')
    case 'statusMinutes':
      return t('onsiteSettings.wantStatus')
    case 'inventoryMinutes':
      return t('onsiteSettings.wantInventory')
    case 'days':
      return t('onsiteSettings.wantDays')
    case 'from':
    case 'to':
    case 'at':
      return t('onsiteSettings.wantTime')
    case 'day':
      return t('onsiteSettings.wantDay')
    case 'zone':
      return t('onsiteSettings.wantZone')
    case 'packetsPerSecond':
      return t('onsiteSettings.wantPace')
    case 'ranges':
      return names.length === 1 ? t('onsiteSettings.wantRanges') : t('onsiteSettings.wantAccessRanges')
    case 'communities':
      return names.length === 1 ? t('onsiteSettings.wantCommunities') : t('onsiteSettings.wantCredentials')
    case 'users':
      return t('onsiteSettings.wantUsers')
    case 'access':
      return t('onsiteSettings.wantAccess')
    case 'authPassword':
    case 'privacyPassword':
      return t('onsiteSettings.wantPassword')
    case 'timeoutMs':
      return t('onsiteSettings.wantTimeout')
    case 'tries':
      return t('onsiteSettings.wantTries')
    default:
      return t('onsiteSettings.wantOther')
  }
}
