/** One device: what it counted, what it holds, how it is, and where every number came from. */
import { Group, Stack } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { Device } from '@platen/central/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Ago } from '../parts/ago.tsx'
import { deviceName } from '../parts/device-link.tsx'
import { Identifier } from '../parts/identifier.tsx'
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
import { Older } from './older.tsx'
import { ProofPanel } from './proof-panel.tsx'
import { RereadPanel } from './reread-panel.tsx'
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
      <Older device={device} />
      <Panels device={device} />
    </Page>
  )
}

/** Width from which on there is room for two columns. */
const wide = '(min-width: 75em)'

/** Two columns where there is room: numbers, and the state of the device beside them. One below another, what may need somebody comes first. */
function Panels({ device }: { device: Device }) {
  const isWide = useMediaQuery(wide, undefined, { getInitialValueInEffect: false })
  const numbers = (
    <>
      <MetersPanel device={device} />
      <HistoryPanel device={device} />
      <Checks checks={device.checks} />
    </>
  )
  const proof = (
    <>
      <RereadPanel rereads={device.rereads} />
      <MissesPanel misses={device.misses} />
      <ProofPanel device={device} />
    </>
  )
  const state = (
    <>
      <StatusPanel device={device} />
      <SuppliesPanel supplies={device.supplies} />
    </>
  )
  const body = (
    <>
      <TraysPanel device={device} />
      <IdentityPanel device={device} />
    </>
  )
  if (!isWide)
    return (
      <Stack gap="md">
        {state}
        {numbers}
        {body}
        {proof}
      </Stack>
    )
  return (
    <div className={classes.columns}>
      <Stack gap="md" className={classes.column}>
        {numbers}
        {proof}
      </Stack>
      <Stack gap="md" className={classes.column}>
        {state}
        {body}
      </Stack>
    </div>
  )
}

function Lead({ device }: { device: Device }) {
  const { t } = useTranslation()
  return (
    <Group gap="xs" style={{ rowGap: 4 }}>
      <StatusBadge status={device.status.device} />
      <PresenceBadge presence={device.presence} />
      {device.serial === null ? null : <Identifier text={device.serial} />}
      <Identifier text={device.address} />
      <span className="breakable">{t('device.at', { site: device.site.name, customer: device.customer.name })}</span>
      <span>
        {t('fleet.lastSeen')} <Ago at={device.lastSeen} />
      </span>
    </Group>
  )
}
