/** A meter's history as numbers: what the chart draws, for reading, copying and hearing. */
import { Text } from '@mantine/core'
import type { History } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { ScrollRegion } from '../parts/scroll-region.tsx'
import { ToneBadge } from '../parts/tone.tsx'
import { useFormat } from '../platform.tsx'
import classes from './device.module.css'
import { stepsOf } from './series.ts'

export function HistoryTable({ points }: { points: History['points'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ScrollRegion name={t('device.history')} low>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('device.when')}</th>
            <th scope="col" data-align="right">
              {t('device.value')}
            </th>
            <th scope="col" data-align="right">
              {t('device.moved')}
            </th>
          </tr>
        </thead>
        <tbody>
          {stepsOf(points).map((step) => (
            <tr key={step.at}>
              <th scope="row" className="whole">
                {format.moment(step.at)}
              </th>
              <td data-align="right">
                {format.decimal(step.value)}
                {step.before === undefined ? null : (
                  <Text size="xs" c="dimmed" title={t('device.firstReadWhy')}>
                    {t('device.firstRead', { value: format.decimal(step.before) })}
                  </Text>
                )}
              </td>
              <td data-align="right">
                {step.event === null ? null : <ToneBadge tone="attention">{t(`device.event.${step.event}`)}</ToneBadge>}
                {step.moved === null ? null : format.difference(step.moved, '0')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
