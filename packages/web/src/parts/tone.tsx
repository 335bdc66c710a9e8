/** A short word about a state. The icon says the same as the colour, since not everybody sees colours. */
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './tone.module.css'

export type Tone = 'good' | 'attention' | 'bad' | 'quiet'

const icons = {
  good: IconCircleCheck,
  attention: IconAlertTriangle,
  bad: IconCircleX,
  quiet: IconCircleDashed,
} as const

export function ToneBadge({ tone, children }: { tone: Tone; children: ReactNode }) {
  const Icon = icons[tone]
  return (
    <span className={classes.badge} data-tone={tone}>
      <Icon size={14} stroke={2} aria-hidden />
      <span>{children}</span>
    </span>
  )
}
