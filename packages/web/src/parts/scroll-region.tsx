/** A part that may be wider or longer than its room: it scrolls by mouse, finger and keyboard, and has a name for those who hear the page. */
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './scroll-region.module.css'

interface ScrollRegionProps {
  /** What scrolls. */
  readonly name: string
  /** Scrolls downwards too, beyond a third of a screen. */
  readonly low?: boolean
  readonly children: ReactNode
}

export function ScrollRegion({ name, low = false, children }: ScrollRegionProps) {
  const { t } = useTranslation()
  return (
    <section
      className={classes.region}
      data-low={low || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      aria-label={t('table.scroll', { name })}
    >
      {children}
    </section>
  )
}
