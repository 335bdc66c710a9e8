/** The settings of one Onsite in a window: when it reads, which of the agreed addresses, by which communities, and what it leaves out. */
import {
  Button,
  Checkbox,
  Group,
  Modal,
  NumberInput,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import type { Onsite, OnsiteSettings } from '@platen/central/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiFailure } from '../api.ts'
import { Loaded } from '../parts/loaded.tsx'
import { Trouble } from '../parts/page.tsx'
import { useApi } from '../platform.tsx'
import { onsiteSettingsQuery, onsitesQuery } from '../queries.ts'
import { answersOf, type SettingsAnswers, settingsOf, wrongSettings } from './settings-answers.ts'

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
        size="lg"
        title={t('onsiteSettings.title', { name: onsite.name })}
        closeButtonProps={{ 'aria-label': t('app.close') }}
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
      {(now) => <Form key={now.version} id={onsite.id} settings={now} close={close} />}
    </Loaded>
  )
}

function Form({ id, settings, close }: { id: string; settings: OnsiteSettings; close: () => void }) {
  const { t } = useTranslation()
  const api = useApi()
  const client = useQueryClient()
  const form = useForm<SettingsAnswers>({
    initialValues: answersOf(settings),
    validate: (answers) => wrongSettings(t, answers),
  })
  const change = useMutation({
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
  return (
    <form onSubmit={form.onSubmit((answers) => change.mutate(answers))} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('onsiteSettings.lead')}
        </Text>
        <TextInput label={t('newOnsite.name')} maxLength={120} data-autofocus {...form.getInputProps('name')} />
        <Timing form={form} />
        <Lists form={form} />
        <Masks form={form} />
        {change.isError ? <Trouble error={change.error} /> : null}
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

type SettingsForm = UseFormReturnType<SettingsAnswers>

function Timing({ form }: { form: SettingsForm }) {
  const { t } = useTranslation()
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <NumberInput
        label={t('onsiteSettings.interval')}
        min={5}
        max={1440}
        allowDecimal={false}
        clampBehavior="none"
        {...form.getInputProps('intervalMinutes')}
      />
      <NumberInput
        label={t('onsiteSettings.timeout')}
        min={100}
        max={60000}
        step={100}
        allowDecimal={false}
        clampBehavior="none"
        {...form.getInputProps('timeoutMs')}
      />
      <NumberInput
        label={t('onsiteSettings.tries')}
        min={1}
        max={10}
        allowDecimal={false}
        clampBehavior="none"
        {...form.getInputProps('tries')}
      />
    </SimpleGrid>
  )
}

function Lists({ form }: { form: SettingsForm }) {
  const { t } = useTranslation()
  return (
    <>
      <Textarea
        label={t('onsiteSettings.ranges')}
        description={t('onsiteSettings.rangesHint')}
        autosize
        minRows={2}
        maxRows={10}
        spellCheck={false}
        {...form.getInputProps('ranges')}
      />
      <Textarea
        label={t('onsiteSettings.communities')}
        description={t('onsiteSettings.communitiesHint')}
        autosize
        minRows={2}
        maxRows={10}
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('communities')}
      />
    </>
  )
}

function Masks({ form }: { form: SettingsForm }) {
  const { t } = useTranslation()
  return (
    <Checkbox.Group label={t('onsiteSettings.masks')} description={t('onsiteSettings.masksHint')}>
      <Group mt="xs" gap="lg">
        {masks.map((mask) => (
          <Checkbox
            key={mask}
            value={mask}
            label={t(`onsiteSettings.mask.${mask}`)}
            {...form.getInputProps(`masks.${mask}`, { type: 'checkbox' })}
          />
        ))}
      </Group>
    </Checkbox.Group>
  )
}
