/** The settings of one Onsite in a window of four parts: when it reads, which of the agreed addresses, by which credentials, and what it leaves out. */
import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  SimpleGrid,
  Stack,
  Tabs,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import type { Onsite, OnsiteSettings } from '@platen/central/api'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiFailure } from '../api.ts'
import { Loaded } from '../parts/loaded.tsx'
import { Trouble } from '../parts/page.tsx'
import { useApi } from '../platform.tsx'
import { onsiteSettingsQuery, onsitesQuery } from '../queries.ts'
import { AccessPart } from './settings-access.tsx'
import { answersOf, type SettingsAnswers, settingsOf, wrongSettings } from './settings-answers.ts'
import { Numeric, SchedulePart, type SettingsForm } from './settings-schedule.tsx'
import { partOf, type SettingsPart, settingsParts } from './settings-words.ts'

const masks = ['address', 'hostName', 'mac', 'location', 'contact'] as const

export function SettingsButton({ onsite }: { onsite: Onsite }) {
  const { t } = useTranslation()
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        {t('onsiteSettings.open')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        size="xl"
        title={t('onsiteSettings.title', { name: onsite.name })}
        closeButtonProps={{ 'aria-label': t('app.close') }}
        // A slip of the mouse must not throw away what was entered.
        closeOnClickOutside={false}
      >
        {opened ? <Settings onsite={onsite} close={close} /> : null}
      </Modal>
    </>
  )
}

function Settings({ onsite, close }: { onsite: Onsite; close: () => void }) {
  const settings = useQuery(onsiteSettingsQuery(useApi(), onsite.id))
  return (
    <Loaded query={settings}>
      {/* Under a new version the form begins anew: what somebody else changed must not be overwritten by what this form still holds. */}
      {(now) => <Form key={now.version} onsite={onsite} settings={now} close={close} />}
    </Loaded>
  )
}

function Form({ onsite, settings, close }: { onsite: Onsite; settings: OnsiteSettings; close: () => void }) {
  const { t } = useTranslation()
  const [part, setPart] = useState<SettingsPart>('schedule')
  const form = useForm<SettingsAnswers>({
    initialValues: answersOf(settings),
    validate: (answers) => wrongSettings(t, answers),
  })
  const change = useChange(onsite.id, settings, close)
  const wrongParts = new Set(Object.keys(form.errors).map(partOf))
  const showWrong = (errors: Readonly<Record<string, unknown>>) => {
    const wrong = new Set(Object.keys(errors).map(partOf))
    const first = wrong.has(part) ? part : settingsParts.find((one) => wrong.has(one))
    if (first !== undefined) setPart(first)
  }
  return (
    <form onSubmit={form.onSubmit((answers) => change.mutate(answers), showWrong)} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('onsiteSettings.lead')}
        </Text>
        <TextInput label={t('newOnsite.name')} maxLength={120} data-autofocus {...form.getInputProps('name')} />
        <Tabs value={part} onChange={(to) => setPart(settingsParts.find((one) => one === to) ?? 'schedule')}>
          <Tabs.List>
            {settingsParts.map((one) => (
              <Tabs.Tab
                key={one}
                value={one}
                rightSection={
                  wrongParts.has(one) ? (
                    <IconAlertTriangle size={14} aria-label={t('onsiteSettings.partWrong')} />
                  ) : null
                }
              >
                {t(`onsiteSettings.part.${one}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="schedule" pt="md">
            <SchedulePart form={form} />
          </Tabs.Panel>
          <Tabs.Panel value="addresses" pt="md">
            <AddressesPart form={form} />
          </Tabs.Panel>
          <Tabs.Panel value="access" pt="md">
            <AccessPart form={form} isEnrolled={onsite.state === 'enrolled'} />
          </Tabs.Panel>
          <Tabs.Panel value="privacy" pt="md">
            <PrivacyPart form={form} />
          </Tabs.Panel>
        </Tabs>
        <Refusal error={change.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t('onsiteSettings.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function useChange(id: string, settings: OnsiteSettings, close: () => void) {
  const { t } = useTranslation()
  const api = useApi()
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (answers: SettingsAnswers) => {
      const wanted = settingsOf(answers, settings.version)
      return wanted === null ? settings : await api.changeOnsiteSettings(id, wanted)
    },
    onSuccess: async ({ name }) => {
      close()
      notifications.show({ message: t('onsiteSettings.changed', { name }), color: 'petrol' })
      await client.invalidateQueries({ queryKey: onsitesQuery(api).queryKey })
    },
    onError: async (error) => {
      if (!(error instanceof ApiFailure) || error.code !== 'changed') return
      notifications.show({ message: t('onsiteSettings.changedMeanwhile'), color: 'yellow', autoClose: false })
      await client.invalidateQueries({ queryKey: onsiteSettingsQuery(api, id).queryKey })
    },
  })
}

/** Why Central did not take it, as far as the form itself could not know. */
function Refusal({ error }: { error: Error | null }) {
  const { t } = useTranslation()
  if (error === null) return null
  if (error instanceof ApiFailure && error.code === 'notEnrolled')
    return (
      <Alert color="yellow" variant="outline" role="alert">
        {t('onsiteSettings.enrolFirst')}
      </Alert>
    )
  return <Trouble error={error} />
}

function AddressesPart({ form }: { form: SettingsForm }) {
  const { t } = useTranslation()
  return (
    <Stack gap="lg">
      <Textarea
        label={t('onsiteSettings.ranges')}
        description={t('onsiteSettings.rangesHint')}
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        {...form.getInputProps('ranges')}
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Numeric form={form} field="packetsPerSecond" label={t('onsiteSettings.pace')} />
        <Numeric form={form} field="timeoutMs" label={t('onsiteSettings.timeout')} step={100} />
        <Numeric form={form} field="tries" label={t('onsiteSettings.tries')} />
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        {t('onsiteSettings.paceHint')}
      </Text>
    </Stack>
  )
}

function PrivacyPart({ form }: { form: SettingsForm }) {
  const { t } = useTranslation()
  return (
    <Checkbox.Group label={t('onsiteSettings.masks')} description={t('onsiteSettings.masksHint')}>
      <Stack mt="sm" gap="sm">
        {masks.map((mask) => (
          <Checkbox
            key={mask}
            value={mask}
            label={t(`onsiteSettings.mask.${mask}`)}
            {...form.getInputProps(`masks.${mask}`, { type: 'checkbox' })}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  )
}
