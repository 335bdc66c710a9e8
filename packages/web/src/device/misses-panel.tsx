/** What was asked and not got, each with its reason: an absent number is never made up. */
import { Text } from '@mantine/core'
import type { Device } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { Panel } from '../parts/page.tsx'
import { meterTitle, parseMeterKey } from '../words.ts'
import classes from './device.module.css'

export function MissesPanel({ misses }: { misses: Device['misses'] }) {
  const { t } = useTranslation()
  return (
    <Panel title={t('device.misses')}>
      <Text c="dimmed" mb={misses.length === 0 ? 0 : 'sm'}>
        {misses.length === 0 ? t('device.missesNone') : t('device.missesLead', { count: misses.length })}
      </Text>
      <ul className={classes.list}>
        {misses.map((miss) => (
          <li key={`${miss.subject} ${miss.reason} ${miss.detail}`} className={classes.item}>
            <div className={classes.itemHead}>
              <Subject subject={miss.subject} />
              <Text size="sm" ta="right">
                {t(`miss.${miss.reason}`)}
              </Text>
            </div>
            <Text size="xs" c="dimmed" className="breakable">
              {miss.detail}
            </Text>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Subject({ subject }: { subject: string }) {
  const { t } = useTranslation()
  const meter = parseMeterKey(subject)
  return meter === null ? (
    <code className={classes.mono}>{subject}</code>
  ) : (
    <span className="breakable">{meterTitle(t, meter)}</span>
  )
}
