/** All that Central knows of one Onsite, and the ways to set and to revoke it. */
import { Alert, Button, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import type { Onsite } from '@platen/central/api'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useMayEdit } from '../access/me.ts'
import { Facts } from '../parts/facts.tsx'
import { Trouble } from '../parts/page.tsx'
import { useApi, useFormat } from '../platform.tsx'
import { onsitesQuery } from '../queries.ts'
import { SettingsButton } from './onsite-settings.tsx'
import { roundSeconds } from './round.ts'
import { PairButtons, PairNote, useDutyText } from './standby.tsx'

export function OnsiteDetails({ onsite }: { onsite: Onsite }) {
  const { t } = useTranslation()
  const mayEdit = useMayEdit()
  return (
    <Stack gap="sm" pt="xs">
      {onsite.alarm === 'forked' ? (
        <Alert
          color="red"
          variant="outline"
          icon={<IconAlertTriangle size={18} aria-hidden />}
          title={t('onsites.forked')}
        >
          {t('onsites.forkedNote', { name: onsite.name })}
        </Alert>
      ) : null}
      <PairNote onsite={onsite} />
      {onsite.missing === 0 ? null : (
        <Alert
          color="yellow"
          variant="outline"
          icon={<IconAlertTriangle size={18} aria-hidden />}
          title={t('onsites.missing', { count: onsite.missing })}
        >
          {t('onsites.missingNote')}
        </Alert>
      )}
      {onsite.problems.length === 0 ? null : (
        <Alert
          color="yellow"
          variant="outline"
          icon={<IconAlertTriangle size={18} aria-hidden />}
          title={t('onsites.problems')}
        >
          {onsite.problems.map((problem) => (
            <div key={problem} className="breakable">
              {problem}
            </div>
          ))}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing={0}>
        <General onsite={onsite} />
        <Round round={onsite.round} />
      </SimpleGrid>
      {mayEdit && onsite.state !== 'revoked' ? (
        <Group gap="xs">
          <SettingsButton onsite={onsite} />
          <PairButtons onsite={onsite} />
          <Revoke onsite={onsite} />
        </Group>
      ) : null}
    </Stack>
  )
}

function General({ onsite }: { onsite: Onsite }) {
  const { t } = useTranslation()
  const format = useFormat()
  const duty = useDutyText(onsite)
  const lastContact = onsite.lastContact === null ? t('onsites.never') : format.moment(onsite.lastContact)
  return (
    <Facts
      facts={[
        { name: t('onsites.state'), value: t(`onsiteState.${onsite.state}`) },
        { name: t('onsites.contact'), value: lastContact },
        ...(duty === null ? [] : [{ name: t('onsitePair.duty'), value: duty }]),
        { name: t('onsites.created'), value: format.moment(onsite.createdAt) },
        { name: t('onsites.program'), value: onsite.program ?? t('app.unsaid') },
        { name: t('onsites.instructions'), value: onsite.instructions ?? t('app.unsaid') },
        {
          name: t('onsites.waiting'),
          value: (
            <Hinted
              value={onsite.waiting === null ? '–' : format.number(onsite.waiting)}
              hint={t('onsites.waitingHint')}
            />
          ),
        },
        {
          name: t('onsites.quarantined'),
          value: <Hinted value={format.number(onsite.quarantined)} hint={t('onsites.quarantinedHint')} />,
        },
      ]}
    />
  )
}

function Hinted({ value, hint }: { value: string; hint: string }) {
  return (
    <>
      {value}{' '}
      <Text span size="xs" c="dimmed">
        {hint}
      </Text>
    </>
  )
}

function Round({ round }: { round: Onsite['round'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (round === null) return <Text c="dimmed">{t('onsites.roundNone')}</Text>
  return (
    <Facts
      facts={[
        { name: t('onsites.ended'), value: format.moment(round.endedAt) },
        { name: t('onsites.took'), value: format.span(roundSeconds(round)) },
        { name: t('onsites.asked'), value: format.number(round.asked) },
        { name: t('onsites.printers'), value: format.number(round.printers) },
        { name: t('onsites.others'), value: format.number(round.others) },
        { name: t('onsites.silent'), value: format.number(round.silent) },
        { name: t('onsites.failed'), value: format.number(round.failed) },
      ]}
    />
  )
}

function Revoke({ onsite }: { onsite: Onsite }) {
  const { t } = useTranslation()
  const api = useApi()
  const client = useQueryClient()
  const [asking, { open, close }] = useDisclosure(false)
  const revoke = useMutation({
    mutationFn: () => api.revokeOnsite(onsite.id),
    onSuccess: async () => {
      close()
      notifications.show({ message: t('onsites.revoked', { name: onsite.name }), color: 'petrol' })
      await client.invalidateQueries({ queryKey: onsitesQuery(api).queryKey })
    },
  })
  return (
    <div>
      <Button variant="outline" color="red" size="xs" onClick={open}>
        {t('onsites.revoke')}
      </Button>
      <Modal
        opened={asking}
        onClose={close}
        title={t('onsites.revokeTitle', { name: onsite.name })}
        closeButtonProps={{ 'aria-label': t('app.close') }}
      >
        <Stack gap="md">
          <Text>{t('onsites.revokeNote')}</Text>
          {revoke.isError ? <Trouble error={revoke.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} data-autofocus>
              {t('app.cancel')}
            </Button>
            <Button color="red" onClick={() => revoke.mutate()} loading={revoke.isPending}>
              {t('onsites.revokeConfirm')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </div>
  )
}
