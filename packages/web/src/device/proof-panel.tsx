/** The names by which the latest reading can be proved: its own, and its signed envelope's. */
import { Button, Text } from '@mantine/core'
import type { Device } from '@platen/central/api'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { proofAddress } from '../api.ts'
import { Facts } from '../parts/facts.tsx'
import { Panel } from '../parts/page.tsx'
import { useFormat } from '../platform.tsx'
import classes from './device.module.css'

export function ProofPanel({ device }: { device: Device }) {
  const { t } = useTranslation()
  const format = useFormat()
  const code = (text: string) => <code className={classes.mono}>{text}</code>
  const { proof } = device
  return (
    <Panel title={t('device.proof')}>
      <Text size="sm" c="dimmed" mb="xs">
        {t('device.proofLead')}
      </Text>
      <Facts
        facts={[
          { name: t('device.readAt'), value: format.moment(proof.at) },
          { name: t('device.reading'), value: code(proof.reading) },
          { name: t('device.envelope'), value: code(proof.hash) },
          { name: t('device.sequence'), value: format.number(proof.seq) },
          { name: t('device.epoch'), value: code(proof.epoch) },
          { name: t('device.profile'), value: code(device.profile) },
          { name: t('device.instructions'), value: code(device.instructions) },
        ]}
      />
      <Button
        component="a"
        href={proofAddress(device.id)}
        download
        variant="default"
        size="xs"
        mt="sm"
        leftSection={<IconDownload size={14} aria-hidden />}
      >
        {t('device.proofDownload')}
      </Button>
      <Text size="xs" c="dimmed" mt={4}>
        {t('device.proofDownloadHint')}
      </Text>
    </Panel>
  )
}
