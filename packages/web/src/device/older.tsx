/** What the newest reading did not read, for it was not asked or could not, and since when what is shown holds: an old number must not pass for a new one. */
import { Alert } from '@mantine/core'
import type { Device } from '@platen/central/api'
import { IconClock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../platform.tsx'

const sections = ['identity', 'meters', 'supplies', 'inputs', 'status', 'alerts'] as const

/** Kinds of data are asked at intervals of their own, up to a day; beyond that it is worth a second look. */
const USUAL_MS = 24 * 3_600_000

/** Says nothing where all is of the newest reading. */
export function Older({ device }: { device: Device }) {
  const { t } = useTranslation()
  const format = useFormat()
  const older = sections.flatMap((section) => {
    const at = device.older?.[section]
    return at === undefined ? [] : [{ section, at }]
  })
  if (older.length === 0) return null
  const isLong = older.some(({ at }) => Date.parse(device.lastSeen) - Date.parse(at) > USUAL_MS)
  return (
    <Alert
      variant="outline"
      color={isLong ? 'yellow' : 'gray'}
      icon={<IconClock size={18} aria-hidden />}
      title={t('device.older')}
    >
      {older.map(({ section, at }) => (
        <div key={section}>{t(`device.olderSection.${section}`, { when: format.moment(at) })}</div>
      ))}
    </Alert>
  )
}
