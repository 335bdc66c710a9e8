/** Where in a long list one is, and the way to its other pages. */
import { Group, Pagination, Select, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../platform.tsx'

interface PagerProps {
  readonly page: number
  readonly size: number
  readonly total: number
  readonly choose: (page: number) => void
  readonly resize: (size: number) => void
}

const sizes = ['25', '50', '100', '200']

export function Pager({ page, size, total, choose, resize }: PagerProps) {
  const { t } = useTranslation()
  const format = useFormat()
  if (total === 0) return null
  const from = format.number((page - 1) * size + 1)
  const to = format.number(Math.min(page * size, total))
  return (
    <Group justify="space-between" p="sm" px="md" gap="sm">
      <Text size="sm" c="dimmed" className="numbers" aria-live="polite">
        {t('table.range', { from, to, total: format.number(total) })}
      </Text>
      <Group gap="sm">
        <Select
          aria-label={t('table.size')}
          data={sizes.includes(String(size)) ? sizes : [String(size), ...sizes]}
          value={String(size)}
          allowDeselect={false}
          onChange={(value) => resize(Number(value ?? size))}
          w={84}
          size="xs"
        />
        <Pagination
          component="nav"
          aria-label={t('table.pages')}
          size="sm"
          gap={4}
          siblings={1}
          total={Math.max(1, Math.ceil(total / size))}
          value={page}
          onChange={choose}
          getControlProps={(control) => ({ 'aria-label': t(`table.${control}`) })}
        />
      </Group>
    </Group>
  )
}
