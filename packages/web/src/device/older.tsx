/** What the newest reading could not read, and since when what is shown instead holds: an old number must not pass for a new one. */
import { Alert } from '@mantine/core'
import type { Device } from '@platen/central/api'
import { IconClock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../platform.tsx'

const sections = ['identity', 'meters', 'supplies', 'inputs', 'status', 'alerts'] as const

/** Says nothing where all is of the newest reading. */
export function Older({ device }: { device: Device }) {
  const { t } = useTranslation()
  const format = useFormat()
  const older = sections.flatMap((section) => {
    const at = device.older?.[section]
    return at === undefined ? [] : [{ section, at }]
  })
  if (older.length === 0) return null
  return (
    <Alert variant="outline" color="yellow" icon={<IconClock size={18} aria-hidden />} title={t('device.older')}>
      {older.map(({ section, at }) => (
        <div key={section}>{t(`device.olderSection.${section}`, { when: format.moment(at) })}</div>
      ))}
    </Alert>
  )
}
