/** Every address of the app, what its query may say, and which page it shows. Pages load when they are first needed. */
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  stripSearchParams,
} from '@tanstack/react-router'
import { SignInPage } from './access/sign-in.tsx'
import { type Api, ApiFailure } from './api.ts'
import { deviceSearchDefaults, readDeviceSearch } from './device/search.ts'
import { fleetDefaults, readFleetSearch } from './fleet/search.ts'
import { metersDefaults, readMetersSearch } from './meters/search.ts'
import { meQuery } from './queries.ts'
import { LostPage, Shell, Stumble } from './shell.tsx'
import { readSuppliesSearch, suppliesDefaults } from './supplies/search.ts'
import { insideAddress, parseSearch, stringifySearch } from './url.ts'

interface RouterContext {
  readonly api: Api
  readonly client: QueryClient
}

const root = createRootRouteWithContext<RouterContext>()({ notFoundComponent: LostPage, errorComponent: Stumble })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): { to?: string; ended?: boolean } => ({
    ...(typeof raw.to === 'string' ? { to: insideAddress(raw.to) } : {}),
    ...(String(raw.ended) === 'true' ? { ended: true } : {}),
  }),
  component: SignInPage,
})

/** Everything behind sign-in. Whoever is not signed in is led there and comes back afterwards. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const me = await context.client.ensureQueryData(meQuery(context.api)).catch((error: unknown) => {
      if (error instanceof ApiFailure && error.reason === 'signedOut')
        throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } })
      throw error
    })
    return { me }
  },
  component: Shell,
  errorComponent: Stumble,
})

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
})

const fleet = createRoute({
  getParentRoute: () => shell,
  path: '/fleet',
  validateSearch: readFleetSearch,
  search: { middlewares: [stripSearchParams(fleetDefaults)] },
  component: lazyRouteComponent(() => import('./fleet/fleet-page.tsx'), 'FleetPage'),
})

const device = createRoute({
  getParentRoute: () => shell,
  path: '/devices/$deviceId',
  validateSearch: readDeviceSearch,
  search: { middlewares: [stripSearchParams(deviceSearchDefaults)] },
  component: lazyRouteComponent(() => import('./device/device-page.tsx'), 'DevicePage'),
})

const supplies = createRoute({
  getParentRoute: () => shell,
  path: '/supplies',
  validateSearch: readSuppliesSearch,
  search: { middlewares: [stripSearchParams(suppliesDefaults)] },
  component: lazyRouteComponent(() => import('./supplies/supplies-page.tsx'), 'SuppliesPage'),
})

const meters = createRoute({
  getParentRoute: () => shell,
  path: '/meters',
  validateSearch: readMetersSearch,
  search: { middlewares: [stripSearchParams(metersDefaults)] },
  component: lazyRouteComponent(() => import('./meters/meters-page.tsx'), 'MetersPage'),
})

const onsites = createRoute({
  getParentRoute: () => shell,
  path: '/onsites',
  component: lazyRouteComponent(() => import('./onsites/onsites-page.tsx'), 'OnsitesPage'),
})

const places = createRoute({
  getParentRoute: () => shell,
  path: '/places',
  component: lazyRouteComponent(() => import('./places/places-page.tsx'), 'PlacesPage'),
})

const tree = root.addChildren([signIn, shell.addChildren([overview, fleet, device, supplies, meters, onsites, places])])

/** The router over the given context, with queries written as plain `name=value` pairs. */
export function createAppRouter(context: RouterContext) {
  return createRouter({
    routeTree: tree,
    context,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
