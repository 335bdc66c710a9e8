/** A text to take along, whole and selectable, with a button that copies it. */
import { Button, CopyButton, Text } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './copy-field.module.css'

interface CopyFieldProps {
  readonly label: string
  readonly value: string
  /** What the button says, so that two of them can be told apart. */
  readonly action: string
  readonly hint?: string
  readonly large?: boolean
}

export function CopyField({ label, value, action, hint, large = false }: CopyFieldProps) {
  const { t } = useTranslation()
  return (
    <div>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      {hint === undefined ? null : (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
      <div className={classes.field}>
        <code className={classes.value} data-large={large || undefined}>
          {value}
        </code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            >
              <span aria-live="polite">{copied ? t('app.copied') : action}</span>
            </Button>
          )}
        </CopyButton>
      </div>
    </div>
  )
}
