/** One page of a list that Central sorts and cuts: its rows, and the way to the other pages. */
import { DataTable, type DataTableProps } from './data-table.tsx'
import { Pager } from './pager.tsx'

interface PagedTableProps<Row, Sort extends string> extends Omit<DataTableProps<Row, Sort>, 'rows' | 'sorting'> {
  readonly data: { readonly rows: readonly Row[]; readonly page: number; readonly size: number; readonly total: number }
  readonly search: { readonly sort: Sort; readonly order: 'asc' | 'desc' }
  readonly change: (part: { sort: Sort; order: 'asc' | 'desc' } | { page: number } | { size: number }) => void
}

export function PagedTable<Row, Sort extends string>({ data, search, change, ...table }: PagedTableProps<Row, Sort>) {
  return (
    <>
      <DataTable
        {...table}
        rows={data.rows}
        sorting={{ by: search.sort, order: search.order, choose: (sort, order) => change({ sort, order }) }}
      />
      <Pager
        page={data.page}
        size={data.size}
        total={data.total}
        choose={(page) => change({ page })}
        resize={(size) => change({ size })}
      />
    </>
  )
}
