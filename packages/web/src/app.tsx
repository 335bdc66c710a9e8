/** The app as a whole: everything the pages stand on, in order. */
import { MantineProvider } from '@mantine/core'
import { DatesProvider } from '@mantine/dates'
import { Notifications } from '@mantine/notifications'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import 'dayjs/locale/de'
import 'dayjs/locale/en'
import type { i18n as I18n } from 'i18next'
import { type ReactNode, StrictMode, useEffect, useState } from 'react'
import { I18nextProvider } from 'react-i18next'
import { ApiFailure } from './api.ts'
import { type Platform, PlatformProvider, useLanguage } from './platform.tsx'
import { createAppRouter } from './router.tsx'
import { resolveColours, theme } from './theme.ts'

export function App({ platform, translator }: { platform: Platform; translator: I18n }) {
  const [{ client, router }] = useState(() => createLine(platform))
  return (
    <StrictMode>
      <I18nextProvider i18n={translator}>
        <MantineProvider theme={theme} cssVariablesResolver={resolveColours} defaultColorScheme="auto">
          <PlatformProvider platform={platform}>
            <Localised>
              <QueryClientProvider client={client}>
                <RouterProvider router={router} />
              </QueryClientProvider>
            </Localised>
          </PlatformProvider>
        </MantineProvider>
      </I18nextProvider>
    </StrictMode>
  )
}

/** What follows the language outside the texts: the page's own language, and the calendar. */
function Localised({ children }: { children: ReactNode }) {
  const language = useLanguage()
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return (
    <DatesProvider settings={{ locale: language, firstDayOfWeek: 1, weekendDays: [] }}>
      <Notifications position="bottom-right" />
      {children}
    </DatesProvider>
  )
}

/** Queries and pages know of each other: a request that finds nobody signed in leads to the sign-in page, and back afterwards. */
function createLine(platform: Platform) {
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (error instanceof ApiFailure && error.reason === 'signedOut' && query.queryKey[0] !== 'me') signedOut()
      },
    }),
    defaultOptions: { queries: { staleTime: 15_000, retry: mayHelp } },
  })
  const router = createAppRouter({ api: platform.api, client })
  const signedOut = () => {
    const to = router.state.location.href
    client.clear()
    void router.navigate({ to: '/sign-in', search: { to, ended: true } })
  }
  return { client, router }
}

/** Asking again helps only where nothing decided against it. */
function mayHelp(failures: number, error: Error): boolean {
  return failures < 2 && error instanceof ApiFailure && error.reason === 'unreachable'
}
