/** What a supply is, in the reader's words, with a spot of its colour. The printer's own description stands beside it, never instead of it. */
import type { SupplyKind } from '@platen/model'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { colorantName } from '../words.ts'
import classes from './supply-name.module.css'

export interface SupplyNamed {
  readonly kind: SupplyKind
  readonly colorant: string | null
}

/** Name of a supply, e.g. `Toner, black`. */
export function supplyTitle(t: TFunction, { kind, colorant }: SupplyNamed): string {
  const name = t(`kind.${kind}`)
  return colorant === null ? name : `${name}, ${colorantName(t, colorant)}`
}

export function SupplyName({ supply }: { supply: SupplyNamed }) {
  const { t } = useTranslation()
  return (
    <span className={classes.name}>
      {supply.colorant === null ? null : (
        <span className={classes.spot} data-colorant={spotOf(supply.colorant)} aria-hidden />
      )}
      <span>{supplyTitle(t, supply)}</span>
    </span>
  )
}

const spots = ['black', 'cyan', 'magenta', 'yellow', 'red', 'green', 'blue', 'white', 'gray'] as const

function spotOf(colorant: string): string {
  const text = colorant.toLowerCase().replace('grey', 'gray')
  return spots.find((spot) => text.includes(spot)) ?? 'none'
}
