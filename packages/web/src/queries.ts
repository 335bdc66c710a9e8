/** What is asked of Central, by name: one place for the keys, so that a change knows what it made stale. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Api } from './api.ts'

type Query = Readonly<Record<string, unknown>>

/** Lists are asked again this often while they are looked at; Onsites deliver every few minutes. */
const refresh = 60_000

export const meQuery = (api: Api) => queryOptions({ queryKey: ['me'], queryFn: () => api.me(), staleTime: 5 * 60_000 })

export const overviewQuery = (api: Api) =>
  queryOptions({ queryKey: ['overview'], queryFn: () => api.overview(), refetchInterval: refresh })

export const placesQuery = (api: Api) =>
  queryOptions({ queryKey: ['places'], queryFn: () => api.places(), staleTime: 60_000 })

export const devicesQuery = (api: Api, query: Query) =>
  queryOptions({
    queryKey: ['devices', query],
    queryFn: () => api.devices(query),
    placeholderData: keepPreviousData,
    refetchInterval: refresh,
  })

export const deviceQuery = (api: Api, id: string) =>
  queryOptions({ queryKey: ['device', id], queryFn: () => api.device(id), refetchInterval: refresh })

export const historyQuery = (api: Api, id: string, query: Query) =>
  queryOptions({
    queryKey: ['history', id, query],
    queryFn: () => api.history(id, query),
    placeholderData: keepPreviousData,
  })

export const suppliesQuery = (api: Api, query: Query) =>
  queryOptions({
    queryKey: ['supplies', query],
    queryFn: () => api.supplies(query),
    placeholderData: keepPreviousData,
    refetchInterval: refresh,
  })

export const metersQuery = (api: Api, query: Query) =>
  queryOptions({ queryKey: ['meters', query], queryFn: () => api.meters(query), placeholderData: keepPreviousData })

/** Always asked anew: a form must begin with what holds now. */
export const onsiteSettingsQuery = (api: Api, id: string) =>
  queryOptions({ queryKey: ['onsiteSettings', id], queryFn: () => api.onsiteSettings(id), staleTime: 0, gcTime: 0 })

export const onsitesQuery = (api: Api) =>
  queryOptions({ queryKey: ['onsites'], queryFn: () => api.onsites(), refetchInterval: refresh / 2 })
