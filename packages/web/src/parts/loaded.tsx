/** What was asked of Central, in whichever state it is: on its way, failed, or here. What is here stays while newer is on its way. */
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Trouble, Waiting } from './page.tsx'

interface LoadedProps<T> {
  readonly query: UseQueryResult<T, Error>
  readonly children: (data: T) => ReactNode
  /** Lines of the placeholder. */
  readonly rows?: number
}

export function Loaded<T>({ query, children, rows = 6 }: LoadedProps<T>) {
  if (query.isError && (query.data === undefined || query.isPlaceholderData))
    return <Trouble error={query.error} retry={() => void query.refetch()} />
  if (query.data === undefined) return <Waiting rows={rows} />
  return <>{children(query.data)}</>
}
