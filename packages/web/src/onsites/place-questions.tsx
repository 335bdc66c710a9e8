/** Where the new Onsite will be: a customer and a site that are there, or new ones made on the way. */
import { Select, SimpleGrid, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { Place } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { byCustomer } from '../places/places.ts'
import { fresh, type OnsiteAnswers } from './new-onsite-answers.ts'

interface PlaceQuestionsProps {
  readonly form: UseFormReturnType<OnsiteAnswers>
  readonly places: readonly Place[]
  readonly mayAddCustomer: boolean
}

/** A choice without a name beside it takes the room of both. */
const wholeRow = { gridColumn: '1 / -1' }

export function PlaceQuestions({ form, places, mayAddCustomer }: PlaceQuestionsProps) {
  const { t } = useTranslation()
  const { customer, site } = form.values
  const groups = byCustomer(places).filter((group) => group.customer.kind === 'customer')
  const another = { value: fresh, label: t('newOnsite.new') }
  const customers = groups.map((group) => ({ value: group.customer.id, label: group.customer.name }))
  const sites = (groups.find((group) => group.customer.id === customer)?.sites ?? []).map(({ id, name }) => ({
    value: id,
    label: name,
  }))
  const chooseCustomer = (id: string | null) => {
    form.setFieldValue('customer', id ?? '')
    // A new customer has no site yet, and a site belongs to one customer only.
    form.setFieldValue('site', id === fresh ? fresh : '')
  }
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      <Select
        label={t('newOnsite.customer')}
        data={mayAddCustomer ? [...customers, another] : customers}
        value={customer === '' ? null : customer}
        onChange={chooseCustomer}
        error={form.errors.customer}
        searchable
        style={customer === fresh ? undefined : wholeRow}
      />
      {customer === fresh ? (
        <TextInput label={t('newOnsite.customerName')} maxLength={120} {...form.getInputProps('customerName')} />
      ) : null}
      <Select
        label={t('newOnsite.site')}
        data={[...sites, another]}
        value={site === '' ? null : site}
        onChange={(id) => form.setFieldValue('site', id ?? '')}
        error={form.errors.site}
        disabled={customer === ''}
        searchable
        style={site === fresh ? undefined : wholeRow}
      />
      {site === fresh ? (
        <TextInput label={t('newOnsite.siteName')} maxLength={120} {...form.getInputProps('siteName')} />
      ) : null}
    </SimpleGrid>
  )
}
