import type { OnsiteSettings } from '@platen/central/api'
import { describe, expect, test } from 'vitest'
import { createTranslator } from '../i18n/i18n.ts'
import {
  answersOf,
  blankEntry,
  blankUser,
  type SettingsAnswers,
  settingsOf,
  type UserAnswers,
  wantsPasswords,
  wrongSettings,
} from './settings-answers.ts'
import { partOf } from './settings-words.ts'

const settings: OnsiteSettings = {
  version: 4,
  name: 'Head office',
  intervalMinutes: 60,
  looks: { statusMinutes: 15, suppliesMinutes: null, inventoryMinutes: 240 },
  hours: { days: [1, 2, 3], from: '06:30', to: '20:00' },
  closing: { day: 31, at: '23:45' },
  zone: 'Europe/Vienna',
  packetsPerSecond: 600,
  ranges: ['192.0.2.0/24', '198.51.100.7'],
  communities: ['second floor', 'public'],
  access: [
    {
      ranges: ['192.0.2.128/25'],
      users: [
        { name: 'meter', context: '', auth: 'sha256', privacy: 'aes128', sealed: 'AAAA' },
        { name: 'plain', context: 'tray', auth: null, privacy: null, sealed: null },
      ],
      communities: ['inner'],
    },
  ],
  duty: 'active',
  partner: null,
  timeoutMs: 1000,
  tries: 2,
  masks: { address: false, hostName: true, mac: false, location: false, contact: false },
}
const { t } = createTranslator('en')
const form = answersOf(settings)

function withUser(user: Partial<UserAnswers>): SettingsAnswers {
  return {
    ...form,
    access: [{ ...blankEntry, ranges: '192.0.2.1', users: [{ ...blankUser, name: 'meter', ...user }] }],
  }
}

describe('the form of settings', () => {
  test('refuses what no Onsite would take, at the field that holds it and in words of its own', () => {
    const wrong = {
      ...form,
      name: ' ',
      intervalMinutes: '',
      statusMinutes: 0,
      suppliesMinutes: 1,
      inventoryMinutes: 20_000,
      hours: { on: true, days: [], from: '', to: '25:00' },
      closing: { on: true, day: 32, at: '' },
      zone: '',
      packetsPerSecond: 1,
      ranges: 'printer.example',
      communities: '\n \n',
      timeoutMs: 5,
      tries: 1.5,
    }
    const said = wrongSettings(t, wrong)
    expect(Object.keys(said).sort()).toEqual(
      [
        'name',
        'intervalMinutes',
        'statusMinutes',
        'suppliesMinutes',
        'inventoryMinutes',
        'hours.days',
        'hours.from',
        'hours.to',
        'closing.day',
        'closing.at',
        'zone',
        'packetsPerSecond',
        'communities',
        'ranges',
        'timeoutMs',
        'tries',
      ].sort(),
    )
    for (const [field, text] of Object.entries(said)) expect(text, field).not.toBe(t('onsiteSettings.wantOther'))
    expect(settingsOf(wrong, 4)).toBe(null)
    expect(wrongSettings(t, { ...form, intervalMinutes: 4 })).toHaveProperty('intervalMinutes')
    expect(['name', 'hours.days', 'tries', 'access.0.users.0.name', 'masks'].map(partOf)).toEqual([
      null,
      'schedule',
      'addresses',
      'access',
      'privacy',
    ])
  })

  test('gives back what it was made of, and forgives spaces and empty lines', () => {
    expect(wrongSettings(t, form)).toEqual({})
    const { duty: _d, partner: _p, ...same } = settings
    expect(settingsOf(form, 4)).toMatchObject(same)
    expect(settingsOf({ ...form, ranges: ' 192.0.2.0/24 \n\n198.51.100.7\n' }, 4)).toMatchObject(same)
    expect(settingsOf({ ...form, ranges: '' }, 4)).toMatchObject({ ranges: [] })
  })

  test('keeps what is switched off out of the settings, and shows it with what most would choose', () => {
    const { hours, closing } = form
    const off = {
      ...form,
      hours: { ...hours, on: false, from: '' },
      closing: { ...closing, on: false },
      statusMinutes: '',
    }
    expect(settingsOf(off, 4)).toMatchObject({ hours: null, closing: null, looks: { statusMinutes: null } })
    expect(answersOf({ ...settings, hours: null, closing: null })).toMatchObject({
      hours: { on: false, days: ['1', '2', '3', '4', '5'], from: '07:00', to: '19:00' },
      closing: { on: false, day: 31, at: '23:45' },
    })
  })
})

describe('credentials in the form', () => {
  test('want the passwords of a new user, or of one with another name or other protocols', () => {
    const [known] = form.access[0]?.users ?? []
    if (known === undefined) throw new Error('no user')
    expect(wantsPasswords(known)).toBe(false)
    const others: Partial<UserAnswers>[] = [{ name: 'root' }, { auth: 'md5' }, { privacy: 'none' }, { before: null }]
    for (const other of others) {
      expect(wantsPasswords({ ...known, ...other })).toBe(true)
      const answers = withUser({ ...known, ...other })
      expect(wrongSettings(t, answers)).toEqual({ 'access.0.users.0.authPassword': t('onsiteSettings.wantPassword') })
      expect(settingsOf(answers, 4)).toBe(null)
    }
    expect(wantsPasswords({ ...known, auth: 'none' })).toBe(false)
  })

  test('refuse passwords that are short, equal or only one of two, at their field', () => {
    const wrong: [Partial<UserAnswers>, string][] = [
      [{ authPassword: 'short', privacyPassword: 'a long enough word' }, 'authPassword'],
      [{ authPassword: 'a long enough word', privacyPassword: 'short' }, 'privacyPassword'],
      [{ authPassword: 'a long enough word', privacyPassword: 'a long enough word' }, 'privacyPassword'],
      [{ authPassword: 'a long enough word' }, 'privacyPassword'],
      [{ privacyPassword: 'a long enough word' }, 'authPassword'],
    ]
    for (const [passwords, field] of wrong)
      expect(Object.keys(wrongSettings(t, withUser(passwords)))).toEqual([`access.0.users.0.${field}`])
  })

  test('refuse an entry for no addresses, or with nothing to ask by', () => {
    const entry = { ...blankEntry, ranges: 'x', communities: 'a' }
    expect(Object.keys(wrongSettings(t, { ...form, access: [entry] }))).toEqual(['access.0.ranges'])
    const empty = { ...blankEntry, ranges: '192.0.2.1' }
    expect(Object.keys(wrongSettings(t, { ...form, access: [empty] }))).toEqual(['access.0.communities'])
    const many = Array.from({ length: 65 }, () => ({ ...empty, communities: 'a' }))
    expect(Object.keys(wrongSettings(t, { ...form, access: many }))).toEqual(['access'])
    const twice = {
      ...empty,
      users: [
        { ...blankUser, name: 'a', auth: 'none' as const },
        { ...blankUser, name: 'a', auth: 'none' as const },
      ],
    }
    expect(Object.keys(wrongSettings(t, { ...form, access: [twice] }))).toEqual(['access.0.users'])
  })

  test('send new passwords, and of a user without security nothing secret at all', () => {
    const passwords = { authPassword: 'a long enough word', privacyPassword: 'another long word' }
    expect(settingsOf(withUser(passwords), 4)?.access[0]?.users).toEqual([
      {
        name: 'meter',
        context: '',
        auth: 'sha256',
        privacy: 'aes128',
        sealed: null,
        passwords: { auth: 'a long enough word', privacy: 'another long word' },
      },
    ])
    const signed = { ...passwords, privacy: 'none' as const }
    expect(settingsOf(withUser(signed), 4)?.access[0]?.users[0]?.passwords).toEqual({
      auth: 'a long enough word',
      privacy: null,
    })
    const none = settingsOf(withUser({ ...passwords, auth: 'none' }), 4)?.access[0]?.users[0]
    expect(none).toEqual({ name: 'meter', context: '', auth: null, privacy: null, sealed: null })
  })
})
