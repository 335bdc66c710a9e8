/** Sums the device's own meters should keep. One that does not hold is said plainly; nothing is corrected. */
import { Text } from '@mantine/core'
import type { Device } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { Panel } from '../parts/page.tsx'
import { ToneBadge } from '../parts/tone.tsx'
import { useFormat } from '../platform.tsx'
import { checkTitle } from '../words.ts'
import classes from './device.module.css'

export function Checks({ checks }: { checks: Device['checks'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (checks.length === 0)
    return (
      <Panel title={t('device.checks')}>
        <Text c="dimmed">{t('device.checksNone')}</Text>
      </Panel>
    )
  const broken = checks.some(({ holds }) => !holds)
  return (
    <Panel title={t('device.checks')}>
      <ul className={classes.list}>
        {checks.map(({ name, left, right, holds }) => (
          <li key={name} className={classes.item}>
            <div className={classes.itemHead}>
              <span className="breakable">{checkTitle(t, name)}</span>
              <ToneBadge tone={holds ? 'good' : 'attention'}>{t(holds ? 'device.holds' : 'device.broken')}</ToneBadge>
            </div>
            <Text size="sm" c="dimmed" className="numbers">
              {format.decimal(left)} {holds ? '=' : '≠'} {format.decimal(right)}
              {holds ? null : ` (${t('device.differs')}: ${format.difference(left, right)})`}
            </Text>
          </li>
        ))}
      </ul>
      {broken ? (
        <Text size="sm" mt="sm">
          {t('device.checksBroken')}
        </Text>
      ) : null}
    </Panel>
  )
}
