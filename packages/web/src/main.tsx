/** Composition root of the browser app: the only place where the pages meet fetch, the clock and the browser's memory. */
import '@mantine/core/styles.css'
import '@mantine/dates/styles.css'
import '@mantine/notifications/styles.css'
import './theme.css'
import { createRoot } from 'react-dom/client'
import { config } from 'zod'
import { createApi } from './api.ts'
import { App } from './app.tsx'
import { createTranslator, languageOf } from './i18n/i18n.ts'
import { languageKey, type Memory, type Platform } from './platform.tsx'

// Zod would otherwise try to compile its checks with Function(), which the CSP forbids and reports.
config({ jitless: true })

/** A browser may refuse its storage altogether; then nothing is remembered, and nothing else breaks. */
const memory: Memory = {
  get: (key) => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  },
  set: (key, value) => {
    try {
      localStorage.setItem(key, value)
    } catch {
      console.info('This browser does not keep settings.')
    }
  },
}

const platform: Platform = {
  api: createApi((url, init) => fetch(url, init)),
  now: () => Date.now(),
  memory,
  preferred: navigator.languages,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
}

const language = languageOf(memory.get(languageKey)) ?? languageOf(navigator.language) ?? 'en'
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(<App platform={platform} translator={createTranslator(language)} />)
