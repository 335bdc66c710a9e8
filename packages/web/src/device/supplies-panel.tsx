/** The device's supplies, those that are used up apart from those that fill up. */
import { Text } from '@mantine/core'
import type { Device, SupplyJson } from '@platen/central/api'
import { supplyKinds } from '@platen/model'
import { useTranslation } from 'react-i18next'
import { LevelView } from '../parts/level.tsx'
import { Panel } from '../parts/page.tsx'
import { SupplyName, supplyTitle } from '../parts/supply-name.tsx'
import classes from './device.module.css'

export function SuppliesPanel({ supplies }: { supplies: Device['supplies'] }) {
  const { t } = useTranslation()
  const of = (supplyClass: SupplyJson['class']) =>
    supplies
      .filter((supply) => supply.class === supplyClass)
      .toSorted((a, b) => supplyKinds.indexOf(a.kind) - supplyKinds.indexOf(b.kind))
  const [consumed, receptacles, others] = [of('consumed'), of('receptacle'), of('other')]
  return (
    <Panel title={t('device.supplies')}>
      {supplies.length === 0 ? <Text c="dimmed">{t('device.suppliesNone')}</Text> : null}
      <SupplyList supplies={consumed} />
      {receptacles.length === 0 ? null : <h3 className={classes.subhead}>{t('device.receptacles')}</h3>}
      <SupplyList supplies={receptacles} />
      {others.length === 0 ? null : <h3 className={classes.subhead}>{t('device.otherSupplies')}</h3>}
      <SupplyList supplies={others} />
    </Panel>
  )
}

function SupplyList({ supplies }: { supplies: readonly SupplyJson[] }) {
  const { t } = useTranslation()
  if (supplies.length === 0) return null
  return (
    <ul className={classes.list}>
      {supplies.map((supply) => (
        <li key={supply.index} className={classes.item}>
          <div className={classes.itemHead}>
            <SupplyName supply={supply} />
          </div>
          <LevelView level={supply.level} unit={supply.unit} supplyClass={supply.class} name={supplyTitle(t, supply)} />
          <Text size="xs" c="dimmed" className="breakable" mt={4}>
            {[
              supply.description,
              supply.partNumber === null ? '' : t('device.part', { number: supply.partNumber }),
              supply.serial === null ? '' : t('device.supplySerial', { number: supply.serial }),
            ]
              .filter((text) => text !== '')
              .join(' · ')}
          </Text>
        </li>
      ))}
    </ul>
  )
}
