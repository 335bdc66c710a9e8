/** Readings whose answers were interpreted once more by a corrected profile: what they were, what they are, and when that was. */
import { Text } from '@mantine/core'
import type { Device } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { Panel } from '../parts/page.tsx'
import { useFormat } from '../platform.tsx'
import { meterTitle, parseMeterKey } from '../words.ts'
import classes from './device.module.css'

/** Shows nothing where nothing was. */
export function RereadPanel({ rereads }: { rereads: Device['rereads'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (rereads.length === 0) return null
  const value = (text: string | null) => (text === null ? t('device.rereadNone') : format.decimal(text))
  return (
    <Panel title={t('device.reread')}>
      <Text c="dimmed" mb="sm">
        {t('device.rereadLead')}
      </Text>
      <ul className={classes.list}>
        {rereads.map((reread) => (
          <li key={`${reread.at} ${reread.rereadAt}`} className={classes.item}>
            <div className={classes.itemHead}>
              <span>{format.moment(reread.at)}</span>
              <Text size="sm" ta="right">
                {t('device.rereadVersions', { from: reread.from, to: reread.to, when: format.moment(reread.rereadAt) })}
              </Text>
            </div>
            {reread.meters.map(({ key, before, after }) => (
              <Text key={key} size="xs" c="dimmed" className="breakable">
                {t('device.rereadMeter', { meter: nameOf(key), before: value(before), after: value(after) })}
              </Text>
            ))}
          </li>
        ))}
      </ul>
    </Panel>
  )

  function nameOf(key: string): string {
    const meter = parseMeterKey(key)
    return meter === null ? key : meterTitle(t, meter)
  }
}
