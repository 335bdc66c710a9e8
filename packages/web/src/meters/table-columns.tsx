/** The meter list's columns: who, how it was found, and one column a meter. */
import { Text } from '@mantine/core'
import type { MeterRow } from '@platen/central/api'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Format } from '../format.ts'
import type { Column } from '../parts/data-table.tsx'
import { DeviceLink, PlaceName } from '../parts/device-link.tsx'
import { DoubtNote } from '../parts/doubt.tsx'
import { Identifier } from '../parts/identifier.tsx'
import { ToneBadge } from '../parts/tone.tsx'
import { useFormat } from '../platform.tsx'
import { meterTitle, parseMeterKey } from '../words.ts'
import type { MetersSearch } from './search.ts'

type Sort = MetersSearch['sort']

const tones = { exact: 'good', before: 'attention', none: 'quiet' } as const

/** The key Central sorts by when it sorts by total. */
const totalKey = 'total.all.all.all/impressions'

/** Columns for the given meter keys in the chosen language. */
export function useMeterColumns(keys: readonly string[]): readonly Column<MeterRow, Sort>[] {
  const { t } = useTranslation()
  const format = useFormat()
  return [
    {
      id: 'device',
      wide: true,
      header: t('fleet.device'),
      sort: 'model',
      card: 'title',
      cell: ({ device }) => <DeviceLink device={device} below={device.address} />,
    },
    {
      id: 'serial',
      header: t('fleet.serial'),
      sort: 'serial',
      cell: ({ device }) => <Identifier text={device.serial ?? '–'} />,
    },
    {
      id: 'customer',
      wide: true,
      header: t('fleet.customer'),
      sort: 'customer',
      cell: ({ device }) => <PlaceName at={device} />,
    },
    {
      id: 'way',
      header: t('meters.way'),
      cell: ({ way, readAt }) => (
        <div>
          <ToneBadge tone={tones[way]}>{t(`meters.${way}`)}</ToneBadge>
          {readAt === null ? null : (
            <Text size="xs" c="dimmed" className="whole">
              {format.moment(readAt)}
            </Text>
          )}
        </div>
      ),
    },
    ...keys.map((key) => meterColumn(key, t, format)),
  ]
}

function meterColumn(key: string, t: TFunction, format: Format): Column<MeterRow, Sort> {
  const name = parseMeterKey(key)
  return {
    id: key,
    header: name === null ? key : meterTitle(t, name),
    align: 'right',
    has: ({ meters }) => meters[key] !== undefined,
    ...(key === totalKey ? { sort: 'total' } : {}),
    cell: ({ meters, doubts = {} }) => {
      const value = meters[key]
      if (value !== undefined)
        return (
          <>
            {format.decimal(value)}
            <DoubtNote doubt={doubts[key]} />
          </>
        )
      return (
        <Text span c="dimmed" title={t('meters.absent')}>
          –
        </Text>
      )
    },
  }
}
