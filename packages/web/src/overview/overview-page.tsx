/** What needs somebody today, with the way to each list, and the first few of each. */
import { Button } from '@mantine/core'
import type { Overview } from '@platen/central/api'
import { IconCircleCheck, IconRouter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../parts/loaded.tsx'
import { Empty, Page, Panel } from '../parts/page.tsx'
import { useApi, useFormat } from '../platform.tsx'
import { overviewQuery } from '../queries.ts'
import { AlertedDevices, LowSupplies, MissingDevices, QuietOnsites } from './first-few.tsx'
import classes from './overview.module.css'
import { Tiles } from './tiles.tsx'

export function OverviewPage() {
  const { t } = useTranslation()
  const overview = useQuery(overviewQuery(useApi()))
  return (
    <Page title={t('overview.title')} lead={t('overview.lead')}>
      <Loaded query={overview}>{(data) => (data.devices === 0 ? <FirstSteps /> : <Today overview={data} />)}</Loaded>
    </Page>
  )
}

function Today({ overview }: { overview: Overview }) {
  const { t } = useTranslation()
  const calm =
    overview.missing + overview.late + overview.alerts + overview.low === 0 &&
    overview.onsites.all === overview.onsites.onTime
  return (
    <>
      <FleetBar overview={overview} />
      <Tiles overview={overview} />
      {calm ? (
        <Panel>
          <Empty
            icon={<IconCircleCheck size={32} stroke={1.4} aria-hidden />}
            title={t('overview.calm')}
            next={t('overview.calmNext')}
          />
        </Panel>
      ) : (
        <div className={classes.lists}>
          <LowSupplies />
          <AlertedDevices />
          <QuietOnsites />
          <MissingDevices />
        </div>
      )}
    </>
  )
}

/** How much of the fleet is heard of: three parts of one whole, each also said in words beneath. */
function FleetBar({ overview }: { overview: Overview }) {
  const { t } = useTranslation()
  const format = useFormat()
  const parts = [
    { tone: 'good', count: overview.live },
    { tone: 'attention', count: overview.late },
    { tone: 'bad', count: overview.missing },
  ]
  return (
    <Panel title={t('overview.fleet')} side={t('overview.devices', { count: overview.devices })}>
      <div className={classes.bar} aria-hidden>
        {parts.map(({ tone, count }) =>
          count === 0 ? null : <div key={tone} className={classes.part} data-tone={tone} style={{ flexGrow: count }} />,
        )}
      </div>
      <div className={classes.said}>
        {t('overview.reporting', { live: format.number(overview.live), devices: format.number(overview.devices) })}
      </div>
    </Panel>
  )
}

function FirstSteps() {
  const { t } = useTranslation()
  return (
    <Panel>
      <Empty
        icon={<IconRouter size={36} stroke={1.4} aria-hidden />}
        title={t('overview.first')}
        next={t('overview.firstNext')}
        action={
          <Button component={Link} to="/onsites">
            {t('onsites.add')}
          </Button>
        }
      />
    </Panel>
  )
}
