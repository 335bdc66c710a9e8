/** The card form of rows, for narrow screens: every column becomes a named line, nothing has to be scrolled sideways. */
import { Button, Group, Select } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './data-table.module.css'
import type { Column, DataTableProps, Sorting } from './data-table.tsx'
import { Opener } from './wide-table.tsx'

export function CardList<Row, Sort extends string>(props: DataTableProps<Row, Sort>) {
  const { label, rows, columns, rowKey, sorting, busy = false } = props
  return (
    <div>
      {sorting === undefined ? null : <CardSorting sorting={sorting} columns={columns} />}
      <ul className={classes.cards} aria-label={label} aria-busy={busy} data-busy={busy || undefined}>
        {rows.map((row) => (
          <Card key={rowKey(row)} row={row} {...props} />
        ))}
      </ul>
    </div>
  )
}

interface CardSortingProps<Row, Sort extends string> {
  readonly sorting: Sorting<Sort>
  readonly columns: readonly Column<Row, Sort>[]
}

function CardSorting<Row, Sort extends string>({ sorting, columns }: CardSortingProps<Row, Sort>) {
  const { t } = useTranslation()
  const choices = columns.flatMap(({ sort, header }) => (sort === undefined ? [] : [{ value: sort, label: header }]))
  const other = sorting.order === 'asc' ? 'desc' : 'asc'
  const Arrow = sorting.order === 'asc' ? IconArrowUp : IconArrowDown
  return (
    <Group gap="xs" p="sm" wrap="nowrap" align="flex-end">
      <Select
        label={t('table.sort')}
        data={choices}
        value={sorting.by}
        allowDeselect={false}
        onChange={(by) => {
          const choice = choices.find(({ value }) => value === by)
          if (choice !== undefined) sorting.choose(choice.value, sorting.order)
        }}
        flex={1}
      />
      <Button
        variant="default"
        leftSection={<Arrow size={14} aria-hidden />}
        onClick={() => sorting.choose(sorting.by, other)}
      >
        {t(sorting.order === 'asc' ? 'table.ascending' : 'table.descending')}
      </Button>
    </Group>
  )
}

function Card<Row, Sort extends string>(props: DataTableProps<Row, Sort> & { readonly row: Row }) {
  const { row, columns, details } = props
  const [open, setOpen] = useState(false)
  const title = columns.find(({ card }) => card === 'title')
  const aside = columns.find(({ card }) => card === 'aside')
  const lines = columns.filter(({ card, has }) => (card ?? 'line') === 'line' && (has?.(row) ?? true))
  return (
    <li className={classes.card}>
      <div className={classes.cardHead}>
        <div className={classes.cardTitle}>{title?.cell(row)}</div>
        {aside === undefined ? null : <div>{aside.cell(row)}</div>}
        {details === undefined ? null : (
          <Opener open={open} name={props.rowName?.(row) ?? ''} toggle={() => setOpen(!open)} />
        )}
      </div>
      <dl className={classes.lines}>
        {lines.map((column) => (
          <div key={column.id} className={classes.line}>
            <dt>{column.header}</dt>
            <dd>{column.cell(row)}</dd>
          </div>
        ))}
      </dl>
      {details !== undefined && open ? <div className={classes.cardDetails}>{details(row)}</div> : null}
    </li>
  )
}
