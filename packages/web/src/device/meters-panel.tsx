/** The device's meters by kind of work, each opening to where its number came from. Those of single media sizes are folded away until asked for. */
import { Button, Text } from '@mantine/core'
import type { Device, MeterJson } from '@platen/central/api'
import { compareMeters, type Work, works } from '@platen/model'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DoubtNote } from '../parts/doubt.tsx'
import { Empty, Panel } from '../parts/page.tsx'
import { ScrollRegion } from '../parts/scroll-region.tsx'
import { Opener } from '../parts/wide-table.tsx'
import { useFormat } from '../platform.tsx'
import { meterDetail, meterTitle } from '../words.ts'
import classes from './device.module.css'
import { foldMeters } from './fold.ts'
import { Grade, Source } from './source.tsx'

type Observation = Device['observation']

export function MetersPanel({ device }: { device: Device }) {
  const { t } = useTranslation()
  const groups = works.flatMap((work) => {
    const meters = device.meters.filter((meter) => meter.work === work).toSorted(compareMeters)
    return meters.length === 0 ? [] : [{ work, meters }]
  })
  if (groups.length === 0)
    return (
      <Panel title={t('device.meters')}>
        <Empty title={t('device.metersNone')} next={t('device.metersNoneNext')} />
      </Panel>
    )
  return (
    <Panel title={t('device.meters')} flush>
      <ScrollRegion name={t('device.meters')}>
        <table className={`${classes.table} ${classes.meters}`}>
          <thead>
            <tr>
              <th scope="col" colSpan={2}>
                {t('device.meter')}
              </th>
              <th scope="col" data-align="right">
                {t('device.value')}
              </th>
              <th scope="col">{t('device.unit')}</th>
              <th scope="col">{t('device.profile')}</th>
            </tr>
          </thead>
          {groups.map(({ work, meters }) => (
            <MeterGroup key={work} work={work} meters={meters} observation={device.observation} />
          ))}
        </table>
      </ScrollRegion>
    </Panel>
  )
}

interface MeterGroupProps {
  readonly work: Work
  readonly meters: readonly MeterJson[]
  readonly observation: Observation
}

function MeterGroup({ work, meters, observation }: MeterGroupProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const { shown, folded } = foldMeters(meters)
  const Chevron = open ? IconChevronUp : IconChevronDown
  return (
    <tbody className={work === 'total' ? classes.first : undefined}>
      <tr>
        <th scope="rowgroup" colSpan={5} className={classes.group}>
          {work === 'total' ? t('device.allWork') : t(`work.${work}`)}
        </th>
      </tr>
      {shown.map((meter) => (
        <MeterLine key={meter.key} meter={meter} observation={observation} />
      ))}
      {folded.length === 0 ? null : (
        <tr>
          <td colSpan={5} className={classes.fold}>
            <Button
              variant="subtle"
              size="compact-sm"
              rightSection={<Chevron size={14} aria-hidden />}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {t('device.media', { count: folded.length })}
            </Button>
          </td>
        </tr>
      )}
      {open ? folded.map((meter) => <MeterLine key={meter.key} meter={meter} observation={observation} />) : null}
    </tbody>
  )
}

interface MeterLineProps {
  readonly meter: MeterJson
  readonly observation: Observation
}

function MeterLine({ meter, observation }: MeterLineProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  return (
    <Fragment>
      <tr>
        <td className={classes.opener}>
          <Opener open={open} name={meterTitle(t, meter)} toggle={() => setOpen(!open)} />
        </td>
        <th scope="row">{meterDetail(t, meter)}</th>
        <td data-align="right" className={classes.value}>
          {format.decimal(meter.value)}
        </td>
        <td>
          <Text span size="xs" c="dimmed">
            {t(`unit.${meter.unit}`)}
          </Text>
        </td>
        <td>
          <Grade grade={meter.source.confidence} />{' '}
          <Text span size="xs" c="dimmed" visibleFrom="sm">
            {meter.source.profile}
          </Text>
          <DoubtNote doubt={meter.doubt} />
        </td>
      </tr>
      {open ? (
        <tr>
          <td colSpan={5} className={classes.source}>
            <Source source={meter.source} observation={observation} />
          </td>
        </tr>
      ) : null}
    </Fragment>
  )
}
