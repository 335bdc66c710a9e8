/** What the signed-in person may do. The screen hides what Central would refuse; Central refuses all the same. */
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../platform.tsx'
import { meQuery } from '../queries.ts'

/** The signed-in person; undefined until known. */
export function useMe() {
  return useQuery(meQuery(useApi())).data
}

/** Whether the person may change things; false until known. */
export function useMayEdit(): boolean {
  return useMe()?.mayEdit ?? false
}
