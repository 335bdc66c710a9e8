/** Adding a customer, or a site of one. */
import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Trouble } from '../parts/page.tsx'
import { useApi } from '../platform.tsx'
import { placesQuery } from '../queries.ts'

export interface PlaceToBe {
  readonly kind: 'customer' | 'site'
  /** What it may stand below, the likeliest first; never empty. */
  readonly parents: readonly { readonly id: string; readonly name: string }[]
}

interface NewPlaceProps {
  readonly place: PlaceToBe | null
  readonly close: () => void
}

export function NewPlace({ place, close }: NewPlaceProps) {
  const { t } = useTranslation()
  const title =
    place?.kind === 'site' ? t('places.newSite', { name: place.parents[0]?.name ?? '' }) : t('places.newCustomer')
  return (
    <Modal opened={place !== null} onClose={close} title={title} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {place === null ? null : <PlaceForm place={place} close={close} />}
    </Modal>
  )
}

function PlaceForm({ place, close }: { place: PlaceToBe; close: () => void }) {
  const { t } = useTranslation()
  const api = useApi()
  const client = useQueryClient()
  const form = useForm({
    initialValues: { name: '', parent: place.parents[0]?.id ?? '' },
    validate: { name: (text) => (text.trim() === '' ? t('places.wantName') : null) },
  })
  const add = useMutation({
    mutationFn: ({ name, parent }: { name: string; parent: string }) =>
      api.addPlace({ parent, kind: place.kind, name: name.trim() }),
    onSuccess: async ({ name }) => {
      close()
      notifications.show({ message: t('places.added', { name }), color: 'petrol' })
      await client.invalidateQueries({ queryKey: placesQuery(api).queryKey })
    },
  })
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))} noValidate>
      <Stack gap="md">
        {place.parents.length > 1 ? (
          <Select
            label={t('places.below')}
            data={place.parents.map(({ id, name }) => ({ value: id, label: name }))}
            allowDeselect={false}
            {...form.getInputProps('parent')}
          />
        ) : null}
        <TextInput label={t('places.name')} maxLength={120} data-autofocus {...form.getInputProps('name')} />
        {add.isError ? <Trouble error={add.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t('places.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
