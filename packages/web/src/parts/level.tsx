/** A level as the printer gave it. Only a measured level has a bar: "some" is not a number, and no number is made up for it. */

import { Text } from '@mantine/core'
import { type Level, percentLeft, type SupplyClass, type SupplyUnit } from '@platen/model'
import { IconCircleHalf2, IconHelpCircle, IconInfinity } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../platform.tsx'
import classes from './level.module.css'

/** Per cent at or under which a bar asks for attention, and at or under which it is urgent: the default of the supplies page, and what lasts days. */
const low = 20
const urgent = 5

export interface LevelProps {
  readonly level: Level
  readonly unit: SupplyUnit
  /** `receptacle`: the level is the space left. Trays are `consumed`. */
  readonly supplyClass: SupplyClass
  /** What the level is of, for those who hear the page. */
  readonly name: string
}

export function LevelView({ level, unit, supplyClass, name }: LevelProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const percent = percentLeft(level)
  const space = supplyClass === 'receptacle'
  if (level.kind === 'measured' && percent !== null) {
    const left = format.number(level.left)
    const capacity = format.number(level.capacity)
    const said = format.percent(percent)
    return (
      <div>
        <div className={classes.said}>
          <span className={classes.percent}>
            {t(space ? 'level.percentSpace' : 'level.percentLeft', { percent: said })}
          </span>
          {unit === 'percent' ? null : (
            <span className={classes.numbers}>
              {t('level.numbers', { left, capacity, unit: t(`supplyUnit.${unit}`) })}
            </span>
          )}
        </div>
        <Bar percent={percent} label={t('level.label', { name })} text={said} />
      </div>
    )
  }
  return <Unmeasured kind={level.kind} space={space} />
}

/** A measured per cent as a bar with its text, for table cells. */
export function SmallLevel({ percent, name }: { percent: number; name: string }) {
  const { t } = useTranslation()
  const text = useFormat().percent(percent)
  return (
    <div className={classes.small}>
      <Bar percent={percent} label={t('level.label', { name })} text={text} />
      <span className={classes.smallText}>{text}</span>
    </div>
  )
}

function Bar({ percent, label, text }: { percent: number; label: string; text: string }) {
  const tone = percent <= urgent ? 'bad' : percent <= low ? 'attention' : 'fine'
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> in their own colours, which miss the contrast wanted here
    <div
      className={classes.track}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      aria-valuetext={text}
    >
      {percent === 0 ? null : (
        <div className={classes.fill} data-tone={tone} style={{ width: `max(2px, ${percent}%)` }} />
      )}
    </div>
  )
}

function Unmeasured({ kind, space }: { kind: Level['kind']; space: boolean }) {
  const { t } = useTranslation()
  const [Icon, word, note] =
    kind === 'some'
      ? ([IconCircleHalf2, t(space ? 'level.someSpace' : 'level.some'), t('level.someNote')] as const)
      : kind === 'unlimited'
        ? ([IconInfinity, t('level.unlimited'), t('level.unlimitedNote')] as const)
        : ([IconHelpCircle, t('level.unknown'), t('level.unknownNote')] as const)
  return (
    <div className={classes.unmeasured}>
      <Icon size={16} stroke={1.8} aria-hidden className={classes.icon} />
      <span>
        {word}{' '}
        <Text span size="xs" c="dimmed">
          {note}
        </Text>
      </span>
    </div>
  )
}
