/** Who the device says it is. What it did not say is left out and named at the end, in one line. */
import { Text } from '@mantine/core'
import type { Device } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { Facts } from '../parts/facts.tsx'
import { Panel } from '../parts/page.tsx'
import { useFormat } from '../platform.tsx'

export function IdentityPanel({ device }: { device: Device }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { identity } = device
  const parts = (device.firmwareParts ?? []).map(({ name, version }) => `${name} ${version}`).join(', ')
  const said = [
    { name: t('fleet.vendor'), value: identity.vendor },
    { name: t('fleet.model'), value: identity.model },
    { name: t('fleet.serial'), value: identity.serial },
    { name: t('device.asset'), value: identity.assetNumber },
    { name: t('device.mac'), value: identity.mac },
    { name: t('device.hostName'), value: identity.hostName },
    { name: t('device.location'), value: identity.location },
    { name: t('device.contact'), value: identity.contact },
    { name: t('device.firmware'), value: identity.firmware },
    ...(parts === '' ? [] : [{ name: t('device.firmwareParts'), value: parts }]),
    { name: t('device.description'), value: identity.description },
    { name: t('device.objectId'), value: identity.objectId },
  ]
  const known = [
    { name: t('fleet.address'), value: device.address },
    { name: t('device.read'), value: device.onsite.name },
    { name: t('device.first'), value: format.moment(device.firstSeen) },
    ...(device.upTime === null ? [] : [{ name: t('device.upTime'), value: format.span(device.upTime / 100) }]),
  ]
  const unsaid = said.filter(({ value }) => value === null).map(({ name }) => name)
  return (
    <Panel title={t('device.identity')}>
      <Facts facts={[...said.filter(({ value }) => value !== null), ...known]} />
      {unsaid.length === 0 ? null : (
        <Text size="xs" c="dimmed" mt="xs">
          {t('device.unsaid')}: {unsaid.join(', ')}.
        </Text>
      )}
    </Panel>
  )
}
