/** The device's meters by kind of work, each opening to where its number came from. */
import { Text } from '@mantine/core'
import type { Device, MeterJson } from '@platen/central/api'
import { compareMeters, works } from '@platen/model'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty, Panel } from '../parts/page.tsx'
import { ScrollRegion } from '../parts/scroll-region.tsx'
import { Opener } from '../parts/wide-table.tsx'
import { useFormat } from '../platform.tsx'
import { meterDetail, meterTitle } from '../words.ts'
import classes from './device.module.css'
import { Grade, Source } from './source.tsx'

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
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col" colSpan={2}>
                {t('device.meter')}
              </th>
              <th scope="col" data-align="right">
                {t('device.value')}
              </th>
              <th scope="col">{t('device.profile')}</th>
            </tr>
          </thead>
          {groups.map(({ work, meters }) => (
            <tbody key={work} className={work === 'total' ? classes.first : undefined}>
              <tr>
                <th scope="rowgroup" colSpan={4} className={classes.group}>
                  {work === 'total' ? t('device.allWork') : t(`work.${work}`)}
                </th>
              </tr>
              {meters.map((meter) => (
                <MeterLine key={meter.key} meter={meter} observation={device.observation} />
              ))}
            </tbody>
          ))}
        </table>
      </ScrollRegion>
    </Panel>
  )
}

interface MeterLineProps {
  readonly meter: MeterJson
  readonly observation: Device['observation']
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
        <td data-align="right">
          <span className={classes.value}>{format.decimal(meter.value)}</span>{' '}
          <Text span size="xs" c="dimmed">
            {t(`unit.${meter.unit}`)}
          </Text>
        </td>
        <td>
          <Grade grade={meter.source.confidence} />{' '}
          <Text span size="xs" c="dimmed">
            {meter.source.profile}
          </Text>
        </td>
      </tr>
      {open ? (
        <tr>
          <td colSpan={4} className={classes.source}>
            <Source source={meter.source} observation={observation} />
          </td>
        </tr>
      ) : null}
    </Fragment>
  )
}
