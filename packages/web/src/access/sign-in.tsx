/** The door: e-mail and password, and plain words when it stays shut. */
import { Alert, Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDocumentTitle } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Brand } from '../parts/brand.tsx'
import { reasonOf } from '../parts/page.tsx'
import { usePlatform } from '../platform.tsx'
import { meQuery } from '../queries.ts'
import { insideAddress } from '../url.ts'
import classes from './sign-in.module.css'
import { LanguageSwitch, SchemeSwitch } from './switches.tsx'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { t } = useTranslation()
  const { ended } = route.useSearch()
  useDocumentTitle(`${t('signIn.title')} – ${t('app.name')}`)
  return (
    <div className={classes.ground}>
      <Group justify="flex-end" gap={4} p="xs" component="header">
        <LanguageSwitch />
        <SchemeSwitch />
      </Group>
      <main className={classes.middle}>
        <Stack gap="lg" w="100%" maw={380}>
          <div>
            <Brand large />
            <Text c="dimmed" mt={4}>
              {t('app.tagline')}
            </Text>
          </div>
          <Paper withBorder p="lg" className={classes.card}>
            <Title order={1} size="h2" mb="md">
              {t('signIn.title')}
            </Title>
            {ended === true ? (
              <Alert variant="default" mb="md" role="status">
                {t('signIn.ended')}
              </Alert>
            ) : null}
            <SignInForm />
          </Paper>
        </Stack>
      </main>
    </div>
  )
}

function SignInForm() {
  const { t } = useTranslation()
  const { api } = usePlatform()
  const { to } = route.useSearch()
  const client = useQueryClient()
  const router = useRouter()
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (text) => (/^\S+@\S+$/.test(text.trim()) ? null : t('signIn.emailWanted')),
      password: (text) => (text === '' ? t('signIn.passwordWanted') : null),
    },
  })
  const enter = useMutation({
    mutationFn: (values: { email: string; password: string }) =>
      api.signIn({ email: values.email.trim(), password: values.password }),
    onSuccess: (me) => {
      client.setQueryData(meQuery(api).queryKey, me)
      router.history.push(insideAddress(to))
    },
  })
  return (
    <form onSubmit={form.onSubmit((values) => enter.mutate(values))} noValidate>
      <Stack gap="md">
        {enter.isError ? <SignInTrouble error={enter.error} /> : null}
        <TextInput
          label={t('signIn.email')}
          type="email"
          autoComplete="username"
          autoFocus
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('signIn.password')}
          autoComplete="current-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={enter.isPending} fullWidth>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  )
}

function SignInTrouble({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const reason = reasonOf(error)
  const wrong = reason === 'signedOut' || reason === 'refused' || reason === 'forbidden'
  return (
    <div role="alert" className={classes.trouble}>
      {wrong ? t('signIn.wrong') : `${t(`trouble.${reason}.title`)}. ${t(`trouble.${reason}.next`)}`}
    </div>
  )
}
