/** Six numbers, each leading to the list behind it. A zero is quiet. */
import type { Overview } from '@platen/central/api'
import { Link, type LinkProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../platform.tsx'
import classes from './overview.module.css'

interface Tile {
  readonly name: string
  readonly hint: string
  readonly count: number
  readonly tone: 'bad' | 'attention' | 'quiet'
  readonly link: Pick<LinkProps, 'to' | 'search'>
}

export function Tiles({ overview }: { overview: Overview }) {
  const { t } = useTranslation()
  const { all, onTime } = overview.onsites
  const tiles: readonly Tile[] = [
    {
      name: t('overview.missing'),
      hint: t('overview.missingHint'),
      count: overview.missing,
      tone: 'bad',
      link: { to: '/fleet', search: { presence: 'missing' } },
    },
    {
      name: t('overview.late'),
      hint: t('overview.lateHint'),
      count: overview.late,
      tone: 'attention',
      link: { to: '/fleet', search: { presence: 'late' } },
    },
    {
      name: t('overview.alerts'),
      hint: t('overview.alertsHint'),
      count: overview.alerts,
      tone: 'attention',
      link: { to: '/fleet', search: { alerts: true } },
    },
    {
      name: t('overview.low'),
      hint: t('overview.lowHint'),
      count: overview.low,
      tone: 'attention',
      link: { to: '/supplies', search: {} },
    },
    {
      name: t('overview.onsites'),
      hint: t('overview.onsitesHint', { count: all }),
      count: all - onTime,
      tone: 'bad',
      link: { to: '/onsites', search: {} },
    },
    {
      name: t('overview.unknowable'),
      hint: t('overview.unknowableHint'),
      count: overview.unknowable,
      tone: 'quiet',
      link: { to: '/supplies', search: { view: 'unknowable' } },
    },
  ]
  return (
    <ul className={classes.tiles}>
      {tiles.map((tile) => (
        <li key={tile.name}>
          <TileLink tile={tile} />
        </li>
      ))}
    </ul>
  )
}

function TileLink({ tile }: { tile: Tile }) {
  const format = useFormat()
  return (
    <Link {...tile.link} className={classes.tile} data-tone={tile.count === 0 ? 'quiet' : tile.tone}>
      <span className={classes.name}>{tile.name}</span>
      <span className={classes.count}>{format.number(tile.count)}</span>
      <span className={classes.hint}>{tile.hint}</span>
    </Link>
  )
}
