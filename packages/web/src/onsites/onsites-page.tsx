/** The Onsites: when each last called, what its last round met, and what is wrong with it. */
import { Button, TextInput, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Onsite } from '@platen/central/api'
import { IconPlus, IconRouter, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../access/me.ts'
import { DataTable } from '../parts/data-table.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Empty, Page, Panel } from '../parts/page.tsx'
import { useApi } from '../platform.tsx'
import { onsitesQuery } from '../queries.ts'
import { useOnsiteColumns } from './columns.tsx'
import { NewOnsite } from './new-onsite.tsx'
import { OnsiteDetails } from './onsite-details.tsx'
import { listed } from './round.ts'

/** Fewer than this can be looked through without a search field. */
const fewOnsites = 8

export function OnsitesPage() {
  const { t } = useTranslation()
  const onsites = useQuery(onsitesQuery(useApi()))
  const [adding, { open, close }] = useDisclosure(false)
  const add = <AddButton open={open} />
  return (
    <Page title={t('onsites.title')} lead={t('onsites.lead')} actions={add}>
      <Loaded query={onsites}>
        {(all) =>
          all.length === 0 ? (
            <Panel>
              <Empty
                icon={<IconRouter size={32} stroke={1.4} aria-hidden />}
                title={t('onsites.empty')}
                next={t('onsites.emptyNext')}
              />
            </Panel>
          ) : (
            <OnsiteRows onsites={all} />
          )
        }
      </Loaded>
      <NewOnsite opened={adding} close={close} />
    </Page>
  )
}

function AddButton({ open }: { open: () => void }) {
  const { t } = useTranslation()
  const me = useMe()
  const mayNot = me !== undefined && !me.mayEdit
  return (
    <Tooltip label={t('onsites.mayNot')} disabled={!mayNot}>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} disabled={me === undefined || mayNot}>
        {t('onsites.add')}
      </Button>
    </Tooltip>
  )
}

function OnsiteRows({ onsites }: { onsites: readonly Onsite[] }) {
  const { t } = useTranslation()
  const columns = useOnsiteColumns()
  const [text, setText] = useState('')
  const rows = listed(onsites, text)
  return (
    <>
      {onsites.length < fewOnsites ? null : (
        <TextInput
          label={t('onsites.find')}
          placeholder={t('onsites.findHint')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maw={360}
        />
      )}
      <Panel flush>
        {rows.length === 0 ? (
          <Empty title={t('filter.nothing')} next={t('filter.nothingNext')} />
        ) : (
          <DataTable
            label={t('onsites.title')}
            rows={rows}
            columns={columns}
            rowKey={(onsite) => onsite.id}
            rowName={(onsite) => onsite.name}
            details={(onsite) => <OnsiteDetails onsite={onsite} />}
          />
        )}
      </Panel>
    </>
  )
}
