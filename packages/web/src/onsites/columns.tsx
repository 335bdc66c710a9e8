/** What the list of Onsites shows of each. */
import { Text } from '@mantine/core'
import type { Onsite } from '@platen/central/api'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Ago } from '../parts/ago.tsx'
import type { Column } from '../parts/data-table.tsx'
import { PlaceName } from '../parts/device-link.tsx'
import { ContactBadge } from '../parts/states.tsx'
import { ToneBadge } from '../parts/tone.tsx'
import { useFormat } from '../platform.tsx'
import { skewOf } from './round.ts'

const stateTones = { awaiting: 'attention', enrolled: 'good', revoked: 'quiet' } as const

/** Columns of the list of Onsites in the chosen language. */
export function useOnsiteColumns(): readonly Column<Onsite>[] {
  const { t } = useTranslation()
  const format = useFormat()
  return [
    { id: 'name', wide: true, header: t('onsites.name'), card: 'title', cell: (onsite) => <Name onsite={onsite} /> },
    { id: 'place', wide: true, header: t('onsites.place'), cell: (onsite) => <PlaceName at={onsite} /> },
    {
      id: 'contact',
      header: t('onsites.contact'),
      cell: (onsite) => (onsite.state === 'enrolled' ? <Contact onsite={onsite} /> : <Last onsite={onsite} />),
    },
    {
      id: 'devices',
      header: t('onsites.devices'),
      align: 'right',
      cell: ({ devices, site }) => (
        <Link to="/fleet" search={{ place: site.id }} className="link">
          {format.number(devices)}
        </Link>
      ),
    },
    {
      id: 'waiting',
      header: t('onsites.waiting'),
      align: 'right',
      cell: ({ waiting }) => (waiting === null ? '–' : format.number(waiting)),
    },
    {
      id: 'skew',
      header: t('onsites.skew'),
      cell: ({ clockSkewSeconds }) => <Skew seconds={clockSkewSeconds} />,
    },
    {
      id: 'round',
      header: t('onsites.round'),
      cell: ({ round }) =>
        round === null
          ? t('onsites.roundNone')
          : t('onsites.roundSummary', { printers: format.number(round.printers), asked: format.number(round.asked) }),
    },
  ]
}

function Name({ onsite }: { onsite: Onsite }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div className="breakable">
      <Text span fw={600} size="sm">
        {onsite.name}
      </Text>
      {onsite.alarm === 'forked' ? (
        <div>
          <ToneBadge tone="bad">{t('onsites.forked')}</ToneBadge>
        </div>
      ) : null}
      {onsite.pair?.because === 'silence' && onsite.pair.duty === 'active' ? (
        <div>
          <ToneBadge tone="attention">{t('onsitePair.tookOverBadge')}</ToneBadge>
        </div>
      ) : null}
      {onsite.pair?.duty === 'standby' ? (
        <div>
          <ToneBadge tone="quiet">{t('onsitePair.badge')}</ToneBadge>
        </div>
      ) : null}
      {onsite.quarantined === 0 ? null : (
        <Text size="xs" c="dimmed">
          {t('onsites.quarantined')}: {format.number(onsite.quarantined)}
        </Text>
      )}
    </div>
  )
}

function Contact({ onsite }: { onsite: Onsite }) {
  return (
    <div>
      <ContactBadge contact={onsite.contact} />
      <Last onsite={onsite} bare />
    </div>
  )
}

/** The last contact; before enrolment and after revocation the state says more than the time does. */
function Last({ onsite, bare = false }: { onsite: Onsite; bare?: boolean }) {
  const { t } = useTranslation()
  return (
    <div>
      {bare ? null : <ToneBadge tone={stateTones[onsite.state]}>{t(`onsiteState.${onsite.state}`)}</ToneBadge>}
      {onsite.lastContact === null ? null : (
        <Text size="xs" c="dimmed">
          <Ago at={onsite.lastContact} />
        </Text>
      )}
    </div>
  )
}

function Skew({ seconds }: { seconds: number | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (seconds === null) return <>–</>
  const way = skewOf(seconds)
  if (way === 'inStep') return <span className="whole">{t('onsites.skewNone')}</span>
  return <ToneBadge tone="attention">{t(`onsites.${way}`, { span: format.span(seconds) })}</ToneBadge>
}
