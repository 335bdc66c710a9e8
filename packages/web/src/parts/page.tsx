/** The frame of every page: title, lead, actions, and the panels and states that pages are made of. */
import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiFailure, type FailureReason } from '../api.ts'
import classes from './page.module.css'

interface PageProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly above?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, lead, actions, above, children }: PageProps) {
  const { t } = useTranslation()
  useDocumentTitle(`${title} – ${t('app.name')}`)
  return (
    <Stack gap="md">
      <div>
        {above}
        <Group justify="space-between" align="flex-start" gap="sm">
          <div className={classes.head}>
            <Title order={1} className="breakable">
              {title}
            </Title>
            {lead === undefined ? null : <div className={classes.lead}>{lead}</div>}
          </div>
          {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
        </Group>
      </div>
      {children}
    </Stack>
  )
}

interface PanelProps {
  readonly title?: string
  readonly side?: ReactNode
  /** Without padding, for tables that reach the edge. */
  readonly flush?: boolean
  readonly children: ReactNode
}

/** A part of a page with a heading of its own. */
export function Panel({ title, side, flush = false, children }: PanelProps) {
  const id = useId()
  return (
    <section className={classes.panel} aria-labelledby={title === undefined ? undefined : id}>
      {title === undefined ? null : (
        <div className={classes.panelHead}>
          <Title order={2} id={id}>
            {title}
          </Title>
          {side}
        </div>
      )}
      <div className={flush ? classes.flush : classes.panelBody}>{children}</div>
    </section>
  )
}

interface EmptyProps {
  readonly title: string
  readonly next: string
  readonly action?: ReactNode
  readonly icon?: ReactNode
}

/** Nothing to show, and what to do about it. */
export function Empty({ title, next, action, icon }: EmptyProps) {
  return (
    <Stack align="center" gap="xs" className={classes.empty}>
      {icon}
      <Text fw={600} ta="center">
        {title}
      </Text>
      <Text c="dimmed" ta="center" maw={480}>
        {next}
      </Text>
      {action}
    </Stack>
  )
}

/** Filters that leave nothing, and the way out of them. */
export function NothingFound({ clear }: { clear: () => void }) {
  const { t } = useTranslation()
  const action = (
    <Button variant="default" onClick={clear}>
      {t('filter.clear')}
    </Button>
  )
  return <Empty title={t('filter.nothing')} next={t('filter.nothingNext')} action={action} />
}

/** A failed request: what happened, what to do next, and a way to try again. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation()
  const reason = reasonOf(error)
  return (
    <div role="alert">
      <Empty
        icon={<IconAlertTriangle size={28} stroke={1.6} aria-hidden className={classes.troubleIcon} />}
        title={t(`trouble.${reason}.title`)}
        next={t(`trouble.${reason}.next`)}
        action={
          reason === 'missing' ? (
            <Link to="/" className="link">
              {t('trouble.home')}
            </Link>
          ) : retry === undefined ? null : (
            <Button variant="default" onClick={retry}>
              {t('trouble.retry')}
            </Button>
          )
        }
      />
    </div>
  )
}

/** Rows that are on their way. */
export function Waiting({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation()
  return (
    <Stack gap="sm" p="md" role="status" aria-label={t('app.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <Skeleton key={row} height={18} width={`${92 - ((row * 17) % 30)}%`} />
      ))}
    </Stack>
  )
}

/** Why something failed, for choosing words; what is not a failed request is a fault of the page. */
export function reasonOf(error: unknown): FailureReason | 'page' {
  return error instanceof ApiFailure ? error.reason : 'page'
}
