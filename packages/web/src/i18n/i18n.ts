/** German and English: the texts, the choice between them, and a type that makes a missing text a compile error. */
import { createInstance, type i18n as I18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import de from './de.json'
import en from './en.json'

/** The languages the app speaks. */
export const languages = ['de', 'en'] as const
export type Language = (typeof languages)[number]

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en }
  }
}

/** Reads a language out of anything: a stored choice, a browser tag such as `de-AT`. */
export function languageOf(text: string | null | undefined): Language | null {
  const short = text?.slice(0, 2).toLowerCase()
  return languages.find((language) => language === short) ?? null
}

/** A translator in the given language; there is no fallback language, since both have every text. */
export function createTranslator(language: Language): I18n {
  const translator = createInstance()
  void translator.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    initAsync: false,
    resources: { de: { translation: de }, en: { translation: en } },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  })
  return translator
}
