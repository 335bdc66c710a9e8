/** A filter by customer or site, for every list. */
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlatform } from '../platform.tsx'
import { placesQuery } from '../queries.ts'
import { placeChoices } from './places.ts'

interface PlaceSelectProps {
  readonly value: string | undefined
  readonly choose: (place: string | undefined) => void
}

export function PlaceSelect({ value, choose }: PlaceSelectProps) {
  const { t } = useTranslation()
  const { api } = usePlatform()
  const places = useQuery(placesQuery(api))
  const choices = useMemo(() => [...placeChoices(places.data ?? [])], [places.data])
  return (
    <Select
      label={t('filter.place')}
      placeholder={t('filter.everywhere')}
      data={choices}
      value={value ?? null}
      onChange={(place) => choose(place ?? undefined)}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('app.clear') }}
      nothingFoundMessage={t('filter.nothing')}
      limit={100}
      flex="1 1 170px"
      maw={{ base: undefined, sm: 260 }}
    />
  )
}
