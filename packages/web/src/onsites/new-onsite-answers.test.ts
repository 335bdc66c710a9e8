import { describe, expect, it } from 'vitest'
import { createTranslator } from '../i18n/i18n.ts'
import { blankOnsite, fresh, wantedAnswers } from './new-onsite-answers.ts'

const { t } = createTranslator('en')

describe('the questions for a new Onsite', () => {
  it('want a name, a place and an e-mail address', () => {
    expect(Object.keys(wantedAnswers(t, blankOnsite))).toEqual(['name', 'customer', 'site', 'email'])
    expect(Object.keys(wantedAnswers(t, { ...blankOnsite, name: ' ', email: 'nobody' }))).toContain('email')
  })

  it('want the names of a new customer and a new site', () => {
    const answers = { ...blankOnsite, name: 'A', email: 'a@b.example', customer: fresh, site: fresh }
    expect(Object.keys(wantedAnswers(t, answers))).toEqual(['customerName', 'siteName'])
    expect(wantedAnswers(t, { ...answers, customerName: 'C', siteName: 'S' })).toEqual({})
  })
})
