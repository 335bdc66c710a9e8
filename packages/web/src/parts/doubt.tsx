/** Says beside a meter that it may not simply be billed, and why. */
import { Text } from '@mantine/core'
import type { MeterJson } from '@platen/central/api'
import { useTranslation } from 'react-i18next'

export function DoubtNote({ doubt }: { doubt: MeterJson['doubt'] }) {
  const { t } = useTranslation()
  if (doubt === undefined) return null
  return (
    <Text size="xs" c={doubt === 'disputed' ? 'var(--attention-text)' : 'dimmed'} title={t(`doubt.${doubt}Why`)}>
      {t(`doubt.${doubt}`)}
    </Text>
  )
}
