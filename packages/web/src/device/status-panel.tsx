/** How the device is, and its open alerts with the moment Central first saw each. */
import { Group, Text } from '@mantine/core'
import type { Device } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { Ago } from '../parts/ago.tsx'
import { Panel } from '../parts/page.tsx'
import { SeverityBadge, StatusBadge } from '../parts/states.tsx'
import { ToneBadge } from '../parts/tone.tsx'
import classes from './device.module.css'

export function StatusPanel({ device: { status, covers = [] } }: { device: Device }) {
  const { t } = useTranslation()
  const open = covers.filter(({ state }) => state === 'open')
  return (
    <Panel title={t('device.status')} side={<StatusBadge status={status.device} />}>
      {status.errors.length === 0 ? null : (
        <Group gap={6} mb="sm">
          {status.errors.map((error) => (
            <ToneBadge key={error} tone="attention">
              {t(`errors.${error}`)}
            </ToneBadge>
          ))}
        </Group>
      )}
      {open.map(({ index, description }) => (
        <Text key={index} size="sm" className="breakable">
          {t('device.coverOpen', { cover: description === '' ? index : description })}
        </Text>
      ))}
      {status.alerts.length === 0 ? <Text c="dimmed">{t('device.alertsNone')}</Text> : null}
      <ul className={classes.list}>
        {status.alerts.map((alert) => (
          <li key={`${alert.group} ${alert.groupIndex} ${alert.code} ${alert.location}`} className={classes.item}>
            <div className={classes.itemHead}>
              <span className="breakable">{alert.text === '' ? t('device.alertUntold') : alert.text}</span>
              <SeverityBadge severity={alert.severity} />
            </div>
            <Text size="xs" c="dimmed">
              <Ago at={alert.since} /> ·{' '}
              {t('device.alertCode', { group: String(alert.group), code: String(alert.code) })}
            </Text>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
