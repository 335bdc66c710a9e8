import type { OnsiteSettings } from '@platen/central/api'
import { createInstance } from 'i18next'
import { describe, expect, test } from 'vitest'
import { answersOf, settingsOf, wrongSettings } from './settings-answers.ts'

const settings: OnsiteSettings = {
  version: 4,
  name: 'Head office',
  intervalMinutes: 60,
  looks: { statusMinutes: null, suppliesMinutes: null, inventoryMinutes: null },
  hours: null,
  closing: null,
  zone: 'UTC',
  packetsPerSecond: 500,
  ranges: ['192.0.2.0/24', '198.51.100.7'],
  communities: ['second floor', 'public'],
  timeoutMs: 1000,
  tries: 2,
  masks: { address: false, hostName: true, mac: false, location: false, contact: false },
}
const { t } = createInstance()

describe('the form of settings', () => {
  test('refuses what no Onsite would take, at the field that holds it', () => {
    const form = answersOf(settings)
    const wrong = {
      ...form,
      name: ' ',
      intervalMinutes: '',
      ranges: 'printer.example',
      communities: '\n \n',
      timeoutMs: 5,
      tries: 1.5,
    }
    expect(Object.keys(wrongSettings(t, wrong)).sort()).toEqual(
      ['communities', 'intervalMinutes', 'name', 'ranges', 'timeoutMs', 'tries'].sort(),
    )
    expect(settingsOf(wrong, 4)).toBe(null)
    expect(wrongSettings(t, { ...form, intervalMinutes: 4 })).toHaveProperty('intervalMinutes')
  })

  test('gives back what it was made of, and forgives spaces and empty lines', () => {
    const form = answersOf(settings)
    expect(wrongSettings(t, form)).toEqual({})
    expect(settingsOf(form, 4)).toEqual(settings)
    expect(settingsOf({ ...form, ranges: ' 192.0.2.0/24 \n\n198.51.100.7\n' }, 4)).toEqual(settings)
    expect(settingsOf({ ...form, ranges: '' }, 4)).toMatchObject({ ranges: [] })
  })
})
