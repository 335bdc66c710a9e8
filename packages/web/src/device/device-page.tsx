/** One device: what it counted, what it holds, how it is, and where every number came from. */
import { Group, Stack } from '@mantine/core'
import type { Device } from '@platen/central/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Ago } from '../parts/ago.tsx'
import { deviceName } from '../parts/device-link.tsx'
import { Page, Panel, Trouble, Waiting } from '../parts/page.tsx'
import { PresenceBadge, StatusBadge } from '../parts/states.tsx'
import { useApi } from '../platform.tsx'
import { deviceQuery } from '../queries.ts'
import { Checks } from './checks.tsx'
import classes from './device.module.css'
import { HistoryPanel } from './history-panel.tsx'
import { IdentityPanel } from './identity-panel.tsx'
import { MetersPanel } from './meters-panel.tsx'
import { MissesPanel } from './misses-panel.tsx'
import { ProofPanel } from './proof-panel.tsx'
import { StatusPanel } from './status-panel.tsx'
import { SuppliesPanel } from './supplies-panel.tsx'
import { TraysPanel } from './trays-panel.tsx'

const route = getRouteApi('/shell/devices/$deviceId')

export function DevicePage() {
  const { t } = useTranslation()
  const { deviceId } = route.useParams()
  const query = useQuery(deviceQuery(useApi(), deviceId))
  const back = (
    <Link to="/fleet" search={{}} className="link">
      ← {t('fleet.title')}
    </Link>
  )
  if (query.data === undefined)
    return (
      <Page title={t('fleet.device')} above={back}>
        <Panel>
          {query.isError ? <Trouble error={query.error} retry={() => void query.refetch()} /> : <Waiting />}
        </Panel>
      </Page>
    )
  const device = query.data
  return (
    <Page title={deviceName(device) ?? t('fleet.unnamed')} above={back} lead={<Lead device={device} />}>
      <div className={classes.columns}>
        <Stack gap="md" className={classes.main}>
          <MetersPanel device={device} />
          <Checks checks={device.checks} />
          <HistoryPanel device={device} />
          <MissesPanel misses={device.misses} />
          <ProofPanel device={device} />
        </Stack>
        <Stack gap="md" className={classes.side}>
          <StatusPanel status={device.status} />
          <SuppliesPanel supplies={device.supplies} />
          <TraysPanel inputs={device.inputs} />
          <IdentityPanel device={device} />
        </Stack>
      </div>
    </Page>
  )
}

function Lead({ device }: { device: Device }) {
  const { t } = useTranslation()
  return (
    <Group gap="xs">
      <StatusBadge status={device.status.device} />
      <PresenceBadge presence={device.presence} />
      <span className="breakable">{[device.serial, device.address].filter((text) => text !== null).join(' · ')}</span>
      <span className="breakable">{t('device.at', { site: device.site.name, customer: device.customer.name })}</span>
      <span>
        {t('fleet.lastSeen')} <Ago at={device.lastSeen} />
      </span>
    </Group>
  )
}
