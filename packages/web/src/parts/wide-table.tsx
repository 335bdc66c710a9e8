/** The table form of rows: headings that sort, a region that can be scrolled by keyboard, and rows that open. */
import { ActionIcon, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconChevronRight } from '@tabler/icons-react'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './data-table.module.css'
import { type Column, type DataTableProps, nextOrder, type Sorting } from './data-table.tsx'
import { ScrollRegion } from './scroll-region.tsx'

export function WideTable<Row, Sort extends string>(props: DataTableProps<Row, Sort>) {
  const { t } = useTranslation()
  const { label, rows, columns, rowKey, sorting, busy = false, details } = props
  return (
    <ScrollRegion name={label}>
      <table className={classes.table} aria-busy={busy} data-busy={busy || undefined}>
        <thead>
          <tr>
            {details === undefined ? null : (
              <th className={classes.opener} scope="col">
                <span className={classes.hidden}>{t('table.details')}</span>
              </th>
            )}
            {columns.map((column, at) => (
              <Heading
                key={column.id}
                column={column}
                stays={at === 0 && details === undefined}
                {...(sorting === undefined ? {} : { sorting })}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow key={rowKey(row)} row={row} {...props} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

interface HeadingProps<Row, Sort extends string> {
  readonly column: Column<Row, Sort>
  /** Stays in sight while the table is scrolled sideways. */
  readonly stays: boolean
  readonly sorting?: Sorting<Sort>
}

function Heading<Row, Sort extends string>({ column, stays, sorting }: HeadingProps<Row, Sort>) {
  const by = column.sort
  if (by === undefined || sorting === undefined) {
    return (
      <th scope="col" data-align={column.align} data-stays={stays || undefined}>
        {column.header}
      </th>
    )
  }
  const active = sorting.by === by
  const Arrow = active ? (sorting.order === 'asc' ? IconArrowUp : IconArrowDown) : IconArrowsSort
  return (
    <th
      scope="col"
      data-align={column.align}
      data-stays={stays || undefined}
      aria-sort={active ? (sorting.order === 'asc' ? 'ascending' : 'descending') : 'none'}
    >
      <UnstyledButton
        className={classes.sorter}
        data-active={active || undefined}
        onClick={() => sorting.choose(by, nextOrder(sorting, by))}
      >
        {column.header}
        <Arrow size={13} stroke={2} aria-hidden />
      </UnstyledButton>
    </th>
  )
}

function TableRow<Row, Sort extends string>(props: DataTableProps<Row, Sort> & { readonly row: Row }) {
  const { row, columns, details } = props
  const [open, setOpen] = useState(false)
  return (
    <Fragment>
      <tr data-open={open || undefined}>
        {details === undefined ? null : (
          <td className={classes.opener}>
            <Opener open={open} name={props.rowName?.(row) ?? ''} toggle={() => setOpen(!open)} />
          </td>
        )}
        {columns.map((column, at) => (
          <td
            key={column.id}
            data-align={column.align}
            data-wide={column.wide || undefined}
            data-stays={(at === 0 && details === undefined) || undefined}
          >
            {column.cell(row)}
          </td>
        ))}
      </tr>
      {details !== undefined && open ? (
        <tr className={classes.details}>
          <td colSpan={columns.length + 1}>{details(row)}</td>
        </tr>
      ) : null}
    </Fragment>
  )
}

/** The button that shows or hides a row's details. */
export function Opener({ open, name, toggle }: { open: boolean; name: string; toggle: () => void }) {
  const { t } = useTranslation()
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-expanded={open}
      aria-label={t(open ? 'table.hide' : 'table.show', { name })}
      onClick={toggle}
    >
      <IconChevronRight size={16} className={classes.chevron} data-open={open || undefined} aria-hidden />
    </ActionIcon>
  )
}
