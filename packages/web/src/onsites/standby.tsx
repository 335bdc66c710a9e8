/** Two Onsites of one site with one scope: which of them makes the rounds, what happened to that, and the ways to change it. */
import { Alert, Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import type { Onsite } from '@platen/central/api'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Trouble } from '../parts/page.tsx'
import { useApi, useFormat } from '../platform.tsx'
import { onsitesQuery } from '../queries.ts'
import { freeOnsites } from './round.ts'

/** What an Onsite is told to be, in one sentence; null where it is one of its own. */
export function useDutyText({ pair }: Onsite): string | null {
  const { t } = useTranslation()
  if (pair === null) return null
  const { name } = pair.with
  return pair.duty === 'active' ? t('onsitePair.active', { name }) : t('onsitePair.standby', { name })
}

/** Who took over from whom and why, where it was not by a person; and that somebody waits for the other to hear of it. */
export function PairNote({ onsite }: { onsite: Onsite }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { pair } = onsite
  if (pair === null) return null
  const { name } = pair.with
  const since = pair.since === null ? '' : format.moment(pair.since)
  if (pair.because === 'silence')
    return (
      <Alert
        color="yellow"
        variant="outline"
        icon={<IconAlertTriangle size={18} aria-hidden />}
        title={t('onsitePair.silence')}
      >
        {pair.duty === 'active'
          ? t('onsitePair.tookOver', { name, since })
          : t('onsitePair.wasReplaced', { name, since })}
      </Alert>
    )
  if (!pair.turn) return null
  return (
    <Alert color="petrol" variant="outline" icon={<IconInfoCircle size={18} aria-hidden />}>
      {t('onsitePair.turn', { name })}
    </Alert>
  )
}

/** Makes this one the standby of another; or changes places with it, or parts the two. */
export function PairButtons({ onsite }: { onsite: Onsite }) {
  const { t } = useTranslation()
  const api = useApi()
  const change = usePairChange()
  const { pair } = onsite
  if (pair === null) return <StandbyButton onsite={onsite} />
  return (
    <>
      {pair.duty === 'standby' && !pair.turn ? (
        <Button
          variant="default"
          size="xs"
          loading={change.isPending}
          onClick={() => change.mutate(() => api.takeDuty(onsite.id))}
        >
          {t('onsitePair.take')}
        </Button>
      ) : null}
      <Button
        variant="default"
        size="xs"
        loading={change.isPending}
        onClick={() => change.mutate(() => api.setStandby(onsite.id, null))}
      >
        {t('onsitePair.part')}
      </Button>
      {change.isError ? <Trouble error={change.error} /> : null}
    </>
  )
}

function StandbyButton({ onsite }: { onsite: Onsite }) {
  const { t } = useTranslation()
  const api = useApi()
  const others = freeOnsites(useQuery(onsitesQuery(api)).data ?? [], onsite)
  const [opened, { open, close }] = useDisclosure(false)
  const [chosen, choose] = useState<string | null>(null)
  const change = usePairChange(close)
  const of = chosen ?? others[0]?.id ?? null
  if (others.length === 0) return null
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        {t('onsitePair.make')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t('onsitePair.makeTitle', { name: onsite.name })}
        closeButtonProps={{ 'aria-label': t('app.close') }}
      >
        <Stack gap="md">
          <Text size="sm">{t('onsitePair.makeNote')}</Text>
          <Select
            label={t('onsitePair.of')}
            data={others.map(({ id, name }) => ({ value: id, label: name }))}
            value={of}
            onChange={choose}
            allowDeselect={false}
          />
          {change.isError ? <Trouble error={change.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
            <Button
              loading={change.isPending}
              onClick={() => of !== null && change.mutate(() => api.setStandby(onsite.id, of))}
            >
              {t('onsitePair.makeConfirm')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}

function usePairChange(done?: () => void) {
  const { t } = useTranslation()
  const api = useApi()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (ask: () => Promise<void>) => ask(),
    onSuccess: async () => {
      done?.()
      notifications.show({ message: t('onsitePair.changed'), color: 'petrol' })
      await client.invalidateQueries({ queryKey: onsitesQuery(api).queryKey })
    },
  })
}
