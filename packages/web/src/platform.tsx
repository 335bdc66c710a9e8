/** What the pages get from the world: the API, the clock and the formatter of the chosen language, handed down from the composition root. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Api } from './api.ts'
import { createFormat, type Format, localeFor } from './format.ts'
import { type Language, languageOf } from './i18n/i18n.ts'

/** The browser's small memory; in private modes it may forget at once. */
export interface Memory {
  get(key: string): string | null
  set(key: string, value: string): void
}

export interface Platform {
  readonly api: Api
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly memory: Memory
  /** The browser's languages, best first. */
  readonly preferred: readonly string[]
  /** The browser's IANA time zone. */
  readonly zone: string
}

const PlatformContext = createContext<Platform | null>(null)
const NowContext = createContext(0)

/** Relative times on the screen are at most this old. */
const tick = 30_000

export function PlatformProvider({ platform, children }: { platform: Platform; children: ReactNode }) {
  const [now, setNow] = useState(platform.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(platform.now()), tick)
    return () => clearInterval(timer)
  }, [platform])
  return (
    <PlatformContext value={platform}>
      <NowContext value={now}>{children}</NowContext>
    </PlatformContext>
  )
}

/** @throws outside a {@link PlatformProvider}. */
export function usePlatform(): Platform {
  const platform = useContext(PlatformContext)
  if (platform === null) throw new Error('a page was rendered outside the platform')
  return platform
}

export function useApi(): Api {
  return usePlatform().api
}

/** The present, refreshed every half minute. */
export function useNow(): number {
  return useContext(NowContext)
}

/** The chosen language. */
export function useLanguage(): Language {
  return languageOf(useTranslation().i18n.language) ?? 'en'
}

/** The formatter of the chosen language. */
export function useFormat(): Format {
  const language = useLanguage()
  const { preferred } = usePlatform()
  return useMemo(() => createFormat(localeFor(language, preferred)), [language, preferred])
}

/** Key of the chosen language in the browser's memory. */
export const languageKey = 'platen.language'
