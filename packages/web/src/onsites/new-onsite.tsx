/** Making an Onsite's account: first the questions, then the password, which is shown this once. */
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { NewOnsiteAnswer } from '@platen/central/api'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../access/me.ts'
import type { Api } from '../api.ts'
import { CopyField } from '../parts/copy-field.tsx'
import { Trouble } from '../parts/page.tsx'
import { customerParents } from '../places/places.ts'
import { useApi, useFormat } from '../platform.tsx'
import { onsitesQuery, placesQuery } from '../queries.ts'
import { blankOnsite, fresh, type OnsiteAnswers, wantedAnswers } from './new-onsite-answers.ts'
import { PlaceQuestions } from './place-questions.tsx'

interface NewOnsiteProps {
  readonly opened: boolean
  readonly close: () => void
}

export function NewOnsite({ opened, close }: NewOnsiteProps) {
  const { t } = useTranslation()
  const [made, setMade] = useState<NewOnsiteAnswer | null>(null)
  const leave = () => {
    setMade(null)
    close()
  }
  return (
    <Modal
      opened={opened}
      onClose={leave}
      size="lg"
      title={made === null ? t('newOnsite.title') : t('newOnsite.doneTitle', { name: made.onsite.name })}
      closeButtonProps={{ 'aria-label': t('app.close') }}
      // The password is shown once: a slip of the mouse or of the keyboard must not close it away.
      closeOnClickOutside={made === null}
      closeOnEscape={made === null}
      withCloseButton={made === null}
    >
      {made === null ? <Questions done={setMade} /> : <Credentials made={made} leave={leave} />}
    </Modal>
  )
}

function Questions({ done }: { done: (made: NewOnsiteAnswer) => void }) {
  const { t } = useTranslation()
  const api = useApi()
  const me = useMe()
  const client = useQueryClient()
  const places = useQuery(placesQuery(api)).data ?? []
  const form = useForm<OnsiteAnswers>({
    initialValues: blankOnsite,
    validate: (answers) => wantedAnswers(t, answers),
  })
  const parent = customerParents(places, me?.node)[0]?.id
  const make = useMutation({
    mutationFn: (answers: OnsiteAnswers) => makeOnsite(api, answers, parent),
    onSuccess: async (made) => {
      done(made)
      await client.invalidateQueries({ queryKey: onsitesQuery(api).queryKey })
    },
    // A new customer or site may have been made even when the Onsite was refused.
    onSettled: () => client.invalidateQueries({ queryKey: placesQuery(api).queryKey }),
  })
  return (
    <form onSubmit={form.onSubmit((answers) => make.mutate(answers))} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('newOnsite.name')}
          description={t('newOnsite.nameHint')}
          data-autofocus
          maxLength={120}
          {...form.getInputProps('name')}
        />
        <PlaceQuestions form={form} places={places} mayAddCustomer={parent !== undefined} />
        <TextInput
          label={t('newOnsite.email')}
          description={t('newOnsite.emailHint')}
          type="email"
          autoComplete="off"
          maxLength={254}
          {...form.getInputProps('email')}
        />
        {make.isError ? <Trouble error={make.error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending}>
            {t('newOnsite.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Makes what is new of customer and site, then the Onsite. */
async function makeOnsite(api: Api, answers: OnsiteAnswers, parent: string | undefined): Promise<NewOnsiteAnswer> {
  let customer = answers.customer
  if (customer === fresh && parent !== undefined)
    customer = (await api.addPlace({ parent, kind: 'customer', name: answers.customerName.trim() })).id
  let site = answers.site
  if (site === fresh) site = (await api.addPlace({ parent: customer, kind: 'site', name: answers.siteName.trim() })).id
  return await api.addOnsite({ name: answers.name.trim(), site, email: answers.email.trim() })
}

function Credentials({ made, leave }: { made: NewOnsiteAnswer; leave: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Stack gap="md">
      <Alert variant="outline" color="yellow" icon={<IconAlertTriangle size={18} aria-hidden />}>
        {t('newOnsite.once')}
      </Alert>
      <CopyField
        label={t('newOnsite.password')}
        value={made.password}
        action={t('newOnsite.copyPassword')}
        hint={t('newOnsite.expires', { when: format.moment(made.expiresAt) })}
        large
      />
      <CopyField
        label={t('newOnsite.command')}
        value={made.command}
        action={t('newOnsite.copyCommand')}
        hint={t('newOnsite.commandHint')}
      />
      <Text size="sm">
        {t('newOnsite.user')}: <strong className="breakable">{made.email}</strong> · {t('newOnsite.server')}:{' '}
        <strong className="breakable">{made.server}</strong>
      </Text>
      <Group justify="flex-end">
        <Button onClick={leave}>{t('newOnsite.done')}</Button>
      </Group>
    </Stack>
  )
}
