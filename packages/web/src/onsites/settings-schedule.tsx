/** When an Onsite reads what: how often, at which hours, and at the end of which period to be billed. */
import {
  Chip,
  Fieldset,
  Group,
  Input,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { SettingsAnswers } from './settings-answers.ts'

export type SettingsForm = UseFormReturnType<SettingsAnswers>

const days = ['1', '2', '3', '4', '5', '6', '7'] as const

/** A whole number of the form. What is out of bounds is said, not silently moved to the nearest that is not. */
export function Numeric({
  form,
  field,
  label,
  hint,
  placeholder,
  step = 1,
}: {
  form: SettingsForm
  field: string
  label: string
  hint?: string
  placeholder?: string
  step?: number
}) {
  return (
    <NumberInput
      label={label}
      description={hint}
      placeholder={placeholder}
      min={1}
      step={step}
      allowDecimal={false}
      clampBehavior="none"
      {...form.getInputProps(field)}
    />
  )
}

export function SchedulePart({ form }: { form: SettingsForm }) {
  const { t } = useTranslation()
  const { hours, closing } = form.values
  return (
    <Stack gap="lg">
      <HowOften form={form} />
      <Fieldset legend={t('onsiteSettings.hours')}>
        <Stack gap="md">
          <SwitchedOn form={form} field="hours.on" label={t('onsiteSettings.hoursOn')} />
          {hours.on ? <Hours form={form} /> : null}
        </Stack>
      </Fieldset>
      <Fieldset legend={t('onsiteSettings.closing')}>
        <Stack gap="md">
          <SwitchedOn form={form} field="closing.on" label={t('onsiteSettings.closingOn')} />
          {closing.on ? <Closing form={form} /> : null}
        </Stack>
      </Fieldset>
      {hours.on || closing.on || form.errors.zone !== undefined ? <Zone form={form} /> : null}
    </Stack>
  )
}

function HowOften({ form }: { form: SettingsForm }) {
  const { t } = useTranslation()
  const withRound = t('onsiteSettings.withRound')
  return (
    <Fieldset legend={t('onsiteSettings.howOften')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="md">
        <Numeric
          form={form}
          field="intervalMinutes"
          label={t('onsiteSettings.interval')}
          hint={t('onsiteSettings.intervalHint')}
          step={5}
        />
        <Numeric
          form={form}
          field="statusMinutes"
          label={t('onsiteSettings.status')}
          hint={t('onsiteSettings.statusHint')}
          placeholder={withRound}
          step={5}
        />
        <Numeric
          form={form}
          field="suppliesMinutes"
          label={t('onsiteSettings.supplies')}
          hint={t('onsiteSettings.suppliesHint')}
          placeholder={withRound}
          step={5}
        />
        <Numeric
          form={form}
          field="inventoryMinutes"
          label={t('onsiteSettings.inventory')}
          hint={t('onsiteSettings.inventoryHint')}
          placeholder={withRound}
          step={60}
        />
      </SimpleGrid>
      <Text size="xs" c="dimmed" mt="sm">
        {t('onsiteSettings.howOftenHint')}
      </Text>
    </Fieldset>
  )
}

function Closing({ form }: { form: SettingsForm }) {
  const { t } = useTranslation()
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Numeric
        form={form}
        field="closing.day"
        label={t('onsiteSettings.closingDay')}
        hint={t('onsiteSettings.closingDayHint')}
      />
      <TextInput
        type="time"
        label={t('onsiteSettings.closingAt')}
        description={t('onsiteSettings.closingAtHint')}
        {...form.getInputProps('closing.at')}
      />
    </SimpleGrid>
  )
}

/** The first of the two that is switched on takes the zone of whoever does it: "UTC" is where nobody has chosen yet. */
function SwitchedOn({ form, field, label }: { form: SettingsForm; field: 'hours.on' | 'closing.on'; label: string }) {
  return (
    <Switch
      label={label}
      checked={field === 'hours.on' ? form.values.hours.on : form.values.closing.on}
      onChange={({ currentTarget: { checked } }) => {
        const { hours, closing, zone } = form.values
        if (checked && zone === 'UTC' && !hours.on && !closing.on)
          form.setFieldValue('zone', Intl.DateTimeFormat().resolvedOptions().timeZone)
        form.setFieldValue(field, checked)
      }}
    />
  )
}

function Hours({ form }: { form: SettingsForm }) {
  const { t } = useTranslation()
  const { value, onChange, error } = form.getInputProps('hours.days')
  return (
    <>
      <Input.Wrapper label={t('onsiteSettings.days')} error={error} role="group" aria-label={t('onsiteSettings.days')}>
        <Chip.Group multiple value={value} onChange={onChange}>
          <Group gap="xs" mt={4}>
            {days.map((day) => (
              <Chip key={day} value={day} size="sm">
                {t(`onsiteSettings.day.${day}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Input.Wrapper>
      <SimpleGrid cols={2}>
        <TextInput type="time" label={t('onsiteSettings.from')} {...form.getInputProps('hours.from')} />
        <TextInput type="time" label={t('onsiteSettings.to')} {...form.getInputProps('hours.to')} />
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        {t('onsiteSettings.hoursHint')}
      </Text>
    </>
  )
}

function Zone({ form }: { form: SettingsForm }) {
  const { t } = useTranslation()
  const { zone } = form.values
  const zones = useMemo(() => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), zone])], [zone])
  return (
    <Select
      label={t('onsiteSettings.zone')}
      description={t('onsiteSettings.zoneHint')}
      data={zones}
      searchable
      limit={50}
      allowDeselect={false}
      nothingFoundMessage={t('filter.nothing')}
      {...form.getInputProps('zone')}
    />
  )
}
