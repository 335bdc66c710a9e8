/** A device by its model, leading to its page, with what tells it from its siblings beneath. */
import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

interface Named {
  readonly id: string
  readonly vendor: string | null
  readonly model: string | null
}

/** Maker and model in one line; some makers repeat their name in the model. */
export function deviceName({ vendor, model }: { vendor: string | null; model: string | null }): string | null {
  if (model === null) return vendor
  if (vendor === null || model.toLowerCase().startsWith(vendor.toLowerCase())) return model
  return `${vendor} ${model}`
}

export function DeviceLink({ device, below }: { device: Named; below?: string | null }) {
  const { t } = useTranslation()
  return (
    <div>
      <Link to="/devices/$deviceId" params={{ deviceId: device.id }} search={{}} className="link">
        {deviceName(device) ?? t('fleet.unnamed')}
      </Link>
      {below === undefined || below === null ? null : (
        <Text size="xs" c="dimmed" className="breakable">
          {below}
        </Text>
      )}
    </div>
  )
}

interface Placed {
  readonly customer: { readonly name: string }
  readonly site: { readonly name: string }
}

/** Customer with the site beneath. */
export function PlaceName({ at }: { at: Placed }) {
  return (
    <div className="breakable">
      {at.customer.name}
      <Text size="xs" c="dimmed">
        {at.site.name}
      </Text>
    </div>
  )
}
