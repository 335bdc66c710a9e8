/** What was asked and not got, each with its reason: an absent number is never made up. */
import { Text } from '@mantine/core'
import type { Device } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { Panel } from '../parts/page.tsx'
import { meterTitle, missDetail, parseMeterKey } from '../words.ts'
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
              {missDetail(t, miss)}
            </Text>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** Fields of the identity have names; meters, supplies and trays too; anything else is shown as the instructions call it. */
function Subject({ subject }: { subject: string }) {
  const { t } = useTranslation()
  const meter = parseMeterKey(subject)
  if (meter !== null) return <span className="breakable">{meterTitle(t, meter)}</span>
  if (isField(subject)) return <span>{t(fields[subject])}</span>
  const [, part, index = ''] = /^(supply|input) (\S+)$/.exec(subject) ?? []
  if (part !== undefined)
    return <span>{t(part === 'supply' ? 'device.missedSupply' : 'device.missedTray', { index })}</span>
  return <code className={classes.mono}>{subject}</code>
}

const fields = {
  vendor: 'fleet.vendor',
  model: 'fleet.model',
  serial: 'fleet.serial',
  assetNumber: 'device.asset',
  mac: 'device.mac',
  hostName: 'device.hostName',
  location: 'device.location',
  contact: 'device.contact',
  firmware: 'device.firmware',
  description: 'device.description',
  objectId: 'device.objectId',
  meters: 'device.meters',
  errors: 'device.status',
} as const

function isField(subject: string): subject is keyof typeof fields {
  return Object.hasOwn(fields, subject)
}
