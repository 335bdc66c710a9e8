/** By which credentials which addresses are asked: communities for everybody, and for single ranges SNMPv3 users and communities of their own. */
import {
  ActionIcon,
  Alert,
  Button,
  Divider,
  Fieldset,
  Group,
  Input,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { blankEntry, blankUser, type UserAnswers, wantsPasswords } from './settings-answers.ts'
import type { SettingsForm } from './settings-schedule.tsx'

const auths = [
  { value: 'sha512', label: 'SHA-512' },
  { value: 'sha384', label: 'SHA-384' },
  { value: 'sha256', label: 'SHA-256' },
  { value: 'sha224', label: 'SHA-224' },
  { value: 'sha1', label: 'SHA-1' },
  { value: 'md5', label: 'MD5' },
] as const
/** As printers name them; two ways of making long keys are in use, and the device decides. */
const privacies = [
  { value: 'aes256b', label: 'AES-256 (Blumenthal)' },
  { value: 'aes256r', label: 'AES-256 (Reeder)' },
  { value: 'aes192b', label: 'AES-192 (Blumenthal)' },
  { value: 'aes192r', label: 'AES-192 (Reeder)' },
  { value: 'aes128', label: 'AES-128' },
  { value: 'des', label: 'DES' },
] as const

export function AccessPart({ form, isEnrolled }: { form: SettingsForm; isEnrolled: boolean }) {
  const { t } = useTranslation()
  const { access } = form.values
  return (
    <Stack gap="lg">
      <Communities
        form={form}
        field="communities"
        label={access.length === 0 ? t('onsiteSettings.communities') : t('onsiteSettings.communitiesOthers')}
        hint={t('onsiteSettings.communitiesHint')}
      />
      <Stack gap="xs">
        <Text fw={600} size="sm">
          {t('onsiteSettings.access')}
        </Text>
        <Text size="sm" c="dimmed">
          {t('onsiteSettings.accessHint')}
        </Text>
        {isEnrolled ? null : (
          <Alert color="yellow" variant="outline">
            {t('onsiteSettings.enrolFirst')}
          </Alert>
        )}
      </Stack>
      {access.map((_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name of their own, and the form keeps them by place.
        <Entry key={at} form={form} at={at} />
      ))}
      <Wrong text={form.errors.access} />
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => form.insertListItem('access', blankEntry)}
        >
          {t('onsiteSettings.accessAdd')}
        </Button>
      </Group>
    </Stack>
  )
}

function Entry({ form, at }: { form: SettingsForm; at: number }) {
  const { t } = useTranslation()
  const place = `access.${at}`
  const users = form.values.access[at]?.users ?? []
  return (
    <Fieldset legend={t('onsiteSettings.accessEntry', { number: at + 1 })}>
      <Stack gap="md">
        <Textarea
          label={t('onsiteSettings.accessRanges')}
          description={t('onsiteSettings.accessRangesHint')}
          autosize
          minRows={1}
          maxRows={8}
          spellCheck={false}
          {...form.getInputProps(`${place}.ranges`)}
        />
        {users.map((_, user) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a user's name is being typed here, and the form keeps users by place.
          <User key={user} form={form} entry={at} at={user} />
        ))}
        <Wrong text={form.errors[`${place}.users`]} />
        <Group>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => form.insertListItem(`${place}.users`, blankUser)}
          >
            {t('onsiteSettings.userAdd')}
          </Button>
        </Group>
        <Communities
          form={form}
          field={`${place}.communities`}
          label={t('onsiteSettings.communities')}
          hint={t('onsiteSettings.accessCommunitiesHint')}
        />
        <Group justify="flex-end" gap="xs">
          {at === 0 ? null : (
            <Button
              variant="subtle"
              size="xs"
              leftSection={<IconArrowUp size={14} aria-hidden />}
              onClick={() => form.reorderListItem('access', { from: at, to: at - 1 })}
            >
              {t('onsiteSettings.accessUp')}
            </Button>
          )}
          <Button
            variant="subtle"
            color="red"
            size="xs"
            leftSection={<IconTrash size={14} aria-hidden />}
            onClick={() => form.removeListItem('access', at)}
          >
            {t('onsiteSettings.accessRemove')}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  )
}

function User({ form, entry, at }: { form: SettingsForm; entry: number; at: number }) {
  const { t } = useTranslation()
  const place = `access.${entry}.users.${at}`
  const user = form.values.access[entry]?.users[at]
  if (user === undefined) return null
  return (
    <Stack gap="xs">
      <Divider />
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600}>
          {t('onsiteSettings.user', { number: at + 1 })}
        </Text>
        <ActionIcon
          variant="subtle"
          color="red"
          aria-label={t('onsiteSettings.userRemove', { name: user.name })}
          onClick={() => form.removeListItem(`access.${entry}.users`, at)}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="xs">
        <TextInput
          label={t('onsiteSettings.userName')}
          autoComplete="off"
          maxLength={32}
          spellCheck={false}
          {...form.getInputProps(`${place}.name`)}
        />
        <TextInput
          label={t('onsiteSettings.context')}
          placeholder={t('onsiteSettings.contextNone')}
          maxLength={32}
          spellCheck={false}
          {...form.getInputProps(`${place}.context`)}
        />
        <Security form={form} place={place} user={user} />
      </SimpleGrid>
    </Stack>
  )
}

/** Protocols and passwords. What was sealed before stays unless something is entered, and is never shown. */
function Security({ form, place, user }: { form: SettingsForm; place: string; user: UserAnswers }) {
  const { t } = useTranslation()
  const none = { value: 'none', label: t('onsiteSettings.none') }
  const password = {
    placeholder: wantsPasswords(user) ? '' : t('onsiteSettings.passwordKept'),
    autoComplete: 'new-password',
    maxLength: 128,
  }
  const auth = (
    <Select
      label={t('onsiteSettings.auth')}
      data={[...auths, none]}
      allowDeselect={false}
      {...form.getInputProps(`${place}.auth`)}
    />
  )
  if (user.auth === 'none')
    return (
      <>
        {auth}
        <Text size="xs" c="dimmed" mt={{ base: 0, sm: 28 }}>
          {t('onsiteSettings.authNone')}
        </Text>
      </>
    )
  return (
    <>
      {auth}
      <PasswordInput
        label={t('onsiteSettings.authPassword')}
        {...password}
        {...form.getInputProps(`${place}.authPassword`)}
      />
      <Select
        label={t('onsiteSettings.privacy')}
        data={[...privacies, none]}
        allowDeselect={false}
        {...form.getInputProps(`${place}.privacy`)}
      />
      {user.privacy === 'none' ? null : (
        <PasswordInput
          label={t('onsiteSettings.privacyPassword')}
          {...password}
          {...form.getInputProps(`${place}.privacyPassword`)}
        />
      )}
    </>
  )
}

function Communities({ form, field, label, hint }: { form: SettingsForm; field: string; label: string; hint: string }) {
  return (
    <Textarea
      label={label}
      description={hint}
      autosize
      minRows={1}
      maxRows={8}
      spellCheck={false}
      autoComplete="off"
      {...form.getInputProps(field)}
    />
  )
}

function Wrong({ text }: { text: React.ReactNode }) {
  return text === undefined ? null : <Input.Error>{text}</Input.Error>
}
