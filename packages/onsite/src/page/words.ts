/** What the local page says; `{x}` is filled in. */
import { german } from './words-de.ts'
import { english } from './words-en.ts'

export interface PageWords {
  readonly title: string
  readonly pages: Readonly<Record<'status' | 'printers' | 'sent' | 'scope' | 'test', string>>
  readonly password: string
  readonly signIn: string
  readonly signOut: string
  readonly wrong: string
  readonly wait: string
  readonly stale: string
  readonly notFound: string
  readonly problems: string
  readonly next: string
  readonly nothingPlanned: string
  readonly under: string
  readonly nobody: string
  readonly columns: Readonly<
    Record<
      'address' | 'maker' | 'model' | 'serial' | 'meter' | 'seen' | 'asked' | 'missed' | 'line' | 'when' | 'what',
      string
    >
  >
  readonly sentLead: string
  readonly whole: string
  readonly broken: string
  readonly testAddress: string
  readonly testAddressHint: string
  readonly testCentral: string
  readonly testCentralHint: string
  readonly go: string
  readonly busy: string
  readonly other: string
}

/** By the name of a language, such as a browser's Accept-Language: the first of ours in it; English else. */
export function pageWords(language: string | undefined): { readonly name: 'de' | 'en'; readonly words: PageWords } {
  const wanted = (language ?? '')
    .split(',')
    .map((part) => part.trim().slice(0, 2).toLowerCase())
    .find((name) => name === 'de' || name === 'en')
  return wanted === 'de' ? { name: 'de', words: german } : { name: 'en', words: english }
}
