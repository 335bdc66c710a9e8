/** The one door to Central: every request the browser makes, with each answer parsed by the contract's schema before anything sees it. */
import {
  type Device,
  type Devices,
  deviceSchema,
  devicesSchema,
  type History,
  historySchema,
  type Me,
  type Meters,
  meSchema,
  metersSchema,
  type NewOnsiteAnswer,
  newOnsiteAnswerSchema,
  type Onsite,
  type OnsiteSettings,
  type OnsiteSettingsChange,
  type Overview,
  onsiteSettingsSchema,
  onsitesSchema,
  overviewSchema,
  type Place,
  placeSchema,
  placesSchema,
  refusalSchema,
  type Supplies,
  suppliesSchema,
} from '@platen/central/api'
import { stringifySearch } from './url.ts'

/** Why a request gave nothing: each has its own words and its own next step on the screen. */
export type FailureReason =
  | 'unreachable'
  | 'signedOut'
  | 'forbidden'
  | 'missing'
  | 'tooMany'
  | 'refused'
  | 'broken'
  | 'nonsense'

/** A failed request. It is thrown, not returned, because TanStack Query takes failures as rejections. */
export class ApiFailure extends Error {
  readonly reason: FailureReason
  /** The refusal's stable code, or null where the answer was not a refusal of ours. */
  readonly code: string | null

  constructor(reason: FailureReason, code: string | null, message: string) {
    super(message)
    this.name = 'ApiFailure'
    this.reason = reason
    this.code = code
  }
}

/** The world's side of a request; `fetch` in the browser. */
export type Request = (url: string, init: RequestInit) => Promise<Response>

interface Schema<T> {
  safeParse(input: unknown): { readonly success: true; readonly data: T } | { readonly success: false }
}
type Query = Readonly<Record<string, unknown>>

/** What the pages may ask of Central. Every function rejects with an {@link ApiFailure}. */
export interface Api {
  signIn(credentials: { readonly email: string; readonly password: string }): Promise<Me>
  signOut(): Promise<void>
  me(): Promise<Me>
  overview(): Promise<Overview>
  places(): Promise<readonly Place[]>
  addPlace(place: {
    readonly parent: string
    readonly kind: 'customer' | 'site'
    readonly name: string
  }): Promise<Place>
  devices(query: Query): Promise<Devices>
  device(id: string): Promise<Device>
  history(id: string, query: Query): Promise<History>
  supplies(query: Query): Promise<Supplies>
  meters(query: Query): Promise<Meters>
  onsites(): Promise<readonly Onsite[]>
  addOnsite(onsite: { readonly name: string; readonly site: string; readonly email: string }): Promise<NewOnsiteAnswer>
  onsiteSettings(id: string): Promise<OnsiteSettings>
  changeOnsiteSettings(id: string, settings: OnsiteSettingsChange): Promise<OnsiteSettings>
  /** Makes it the standby of another one, or with null one of its own again. */
  setStandby(id: string, of: string | null): Promise<void>
  /** Lets this one of a pair make the rounds. */
  takeDuty(id: string): Promise<void>
  revokeOnsite(id: string): Promise<void>
}

/** The API over the given request function. */
export function createApi(request: Request): Api {
  const get = <T>(path: string, schema: Schema<T>) => ask(request, schema, path, { method: 'GET' })
  const post = <T>(path: string, schema: Schema<T>, body?: unknown) => ask(request, schema, path, sending('POST', body))
  return {
    signIn: (credentials) => post('/sign-in', meSchema, credentials),
    signOut: () => post('/sign-out', nothing),
    me: () => get('/me', meSchema),
    overview: () => get('/overview', overviewSchema),
    places: async () => (await get('/places', placesSchema)).places,
    addPlace: (place) => post('/places', placeSchema, place),
    devices: (query) => get(`/devices${stringifySearch(query)}`, devicesSchema),
    device: (id) => get(`/devices/${encodeURIComponent(id)}`, deviceSchema),
    history: (id, query) => get(`/devices/${encodeURIComponent(id)}/history${stringifySearch(query)}`, historySchema),
    supplies: (query) => get(`/supplies${stringifySearch(query)}`, suppliesSchema),
    meters: (query) => get(`/meters${stringifySearch(query)}`, metersSchema),
    onsites: async () => (await get('/onsites', onsitesSchema)).onsites,
    addOnsite: (onsite) => post('/onsites', newOnsiteAnswerSchema, onsite),
    onsiteSettings: (id) => get(`/onsites/${encodeURIComponent(id)}/settings`, onsiteSettingsSchema),
    changeOnsiteSettings: (id, settings) =>
      ask(request, onsiteSettingsSchema, `/onsites/${encodeURIComponent(id)}/settings`, sending('PUT', settings)),
    setStandby: (id, of) => post(`/onsites/${encodeURIComponent(id)}/standby`, nothing, { of }),
    takeDuty: (id) => post(`/onsites/${encodeURIComponent(id)}/duty`, nothing),
    revokeOnsite: (id) => post(`/onsites/${encodeURIComponent(id)}/revoke`, nothing),
  }
}

/** Address of the proof of a device's newest reading as a file. */
export function proofAddress(device: string): string {
  return `/api/devices/${encodeURIComponent(device)}/proof`
}

/** Address of the meter list as a file; the browser follows it as a download. */
export function metersCsvAddress(query: Query): string {
  return `/api/meters.csv${stringifySearch(query)}`
}

const nothing: Schema<void> = { safeParse: () => ({ success: true, data: undefined }) }

/** The X-Platen header is what a foreign page cannot send: together with the SameSite cookie it keeps forged requests out. */
function sending(method: 'POST' | 'PUT', body: unknown): RequestInit {
  const headers = { 'X-Platen': '1' }
  if (body === undefined) return { method, headers }
  return { method, headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}

async function ask<T>(request: Request, schema: Schema<T>, path: string, init: RequestInit): Promise<T> {
  const response = await request(`/api${path}`, { credentials: 'same-origin', ...init }).catch((error: unknown) => {
    throw new ApiFailure('unreachable', null, String(error))
  })
  const body = await bodyOf(response)
  if (!response.ok) throw refusalOf(response.status, body)
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new ApiFailure('nonsense', null, `the answer to ${path} does not follow the contract`)
  return parsed.data
}

/** A proxy may answer HTML, and a sign-out answers nothing: both are simply not JSON. */
async function bodyOf(response: Response): Promise<unknown> {
  try {
    const body: unknown = await response.json()
    return body
  } catch {
    return null
  }
}

function refusalOf(status: number, body: unknown): ApiFailure {
  const refusal = refusalSchema.safeParse(body)
  const code = refusal.success ? refusal.data.code : null
  const message = refusal.success ? refusal.data.message : `HTTP ${status}`
  return new ApiFailure(reasonOf(status, code !== null), code, message)
}

/** `ours`: Central itself said it, not a gateway in front of it. */
function reasonOf(status: number, ours: boolean): FailureReason {
  if (status === 401) return 'signedOut'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'missing'
  if (status === 429 || (status === 503 && ours)) return 'tooMany'
  // A gateway says these while Central itself is away.
  if (status === 502 || status === 503 || status === 504) return 'unreachable'
  return status >= 500 ? 'broken' : 'refused'
}
