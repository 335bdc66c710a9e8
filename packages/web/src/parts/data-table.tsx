/** Rows of one kind: a table where there is room, cards on a phone. Sorting and paging happen in Central; this only shows and asks. */
import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { CardList } from './card-list.tsx'
import { WideTable } from './wide-table.tsx'

export interface Column<Row, Sort extends string = string> {
  readonly id: string
  readonly header: string
  readonly cell: (row: Row) => ReactNode
  /** Sorts by this when the heading is pressed. */
  readonly sort?: Sort
  readonly align?: 'right'
  /** Holds names: kept wide enough to be read when the table has many columns. */
  readonly wide?: boolean
  /** Whether a row has anything in this column; a card leaves the line out where it has not. */
  readonly has?: (row: Row) => boolean
  /** Place on a card: the first `title` heads it, `aside` stands beside the title, `none` is left out. Default is a line of its own. */
  readonly card?: 'title' | 'aside' | 'line' | 'none'
}

export interface Sorting<Sort extends string> {
  readonly by: Sort
  readonly order: 'asc' | 'desc'
  readonly choose: (by: Sort, order: 'asc' | 'desc') => void
}

export interface DataTableProps<Row, Sort extends string> {
  /** What the rows are, for those who hear the page. */
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row, Sort>[]
  readonly rowKey: (row: Row) => string
  /** Name of a row for the button that shows its details. */
  readonly rowName?: (row: Row) => string
  readonly sorting?: Sorting<Sort>
  /** Old rows are shown while new ones are on their way. */
  readonly busy?: boolean
  /** Details of a row, shown on demand. */
  readonly details?: (row: Row) => ReactNode
}

/** Width under which a table turns into cards. */
const narrow = '(max-width: 47.99em)'

export function DataTable<Row, Sort extends string = string>(props: DataTableProps<Row, Sort>) {
  const cards = useMediaQuery(narrow, undefined, { getInitialValueInEffect: false })
  return cards ? <CardList {...props} /> : <WideTable {...props} />
}

/** The direction a press on a heading leads to: the other one if it is already sorted by, else ascending. */
export function nextOrder<Sort extends string>(sorting: Sorting<Sort>, by: Sort): 'asc' | 'desc' {
  return sorting.by === by && sorting.order === 'asc' ? 'desc' : 'asc'
}
