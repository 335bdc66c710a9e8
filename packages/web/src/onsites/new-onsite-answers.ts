/** What is asked for a new Onsite, and what an answer must be. Pure. */
import type { TFunction } from 'i18next'

/** Stands in a place choice for "make a new one"; no id of Central's begins with a plus sign. */
export const fresh = '+'

export interface OnsiteAnswers {
  readonly name: string
  /** Id of a customer, {@link fresh}, or '' while nothing is chosen. */
  readonly customer: string
  readonly customerName: string
  /** Id of a site, {@link fresh}, or '' while nothing is chosen. */
  readonly site: string
  readonly siteName: string
  readonly email: string
}

export const blankOnsite: OnsiteAnswers = {
  name: '',
  customer: '',
  customerName: '',
  site: '',
  siteName: '',
  email: '',
}

/** What is missing, by field, in the reader's words; empty where the answers will do. */
export function wantedAnswers(t: TFunction, answers: OnsiteAnswers): Partial<Record<keyof OnsiteAnswers, string>> {
  const blank = (text: string) => text.trim() === ''
  return {
    ...(blank(answers.name) ? { name: t('newOnsite.wantName') } : {}),
    ...(blank(answers.customer) ? { customer: t('newOnsite.wantCustomer') } : {}),
    ...(answers.customer === fresh && blank(answers.customerName) ? { customerName: t('newOnsite.wantName') } : {}),
    ...(blank(answers.site) ? { site: t('newOnsite.wantSite') } : {}),
    ...(answers.site === fresh && blank(answers.siteName) ? { siteName: t('newOnsite.wantName') } : {}),
    ...(/^\S+@\S+\.\S+$/.test(answers.email.trim()) ? {} : { email: t('newOnsite.wantEmail') }),
  }
}
