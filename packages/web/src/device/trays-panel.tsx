/** Paper trays: what lies in them, how large, and how much as far as the printer says. */
import { Text } from '@mantine/core'
import type { Device, InputJson, OutputJson } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { LevelView } from '../parts/level.tsx'
import { Panel } from '../parts/page.tsx'
import { useFormat } from '../platform.tsx'
import classes from './device.module.css'

export function TraysPanel({ device: { inputs, outputs = [] } }: { device: Device }) {
  const { t } = useTranslation()
  return (
    <Panel title={t('device.trays')}>
      {inputs.length === 0 ? <Text c="dimmed">{t('device.traysNone')}</Text> : null}
      <ul className={classes.list}>
        {inputs.map((input) => (
          <Tray key={input.index} input={input} />
        ))}
      </ul>
      {outputs.length === 0 ? null : (
        <>
          <Text fw={600} size="sm" mt="md" mb={4}>
            {t('device.outputs')}
          </Text>
          <ul className={classes.list}>
            {outputs.map((output) => (
              <OutputTray key={output.index} output={output} />
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}

/** Its level is the space that is left (prtOutputRemainingCapacity). */
function OutputTray({ output }: { output: OutputJson }) {
  const { t } = useTranslation()
  return (
    <li className={classes.item}>
      <div className={classes.itemHead}>
        <span className="breakable">{output.name === '' ? `${t('device.tray')} ${output.index}` : output.name}</span>
      </div>
      <LevelView level={output.level} unit={output.unit} supplyClass="receptacle" name={output.name} />
    </li>
  )
}

function Tray({ input }: { input: InputJson }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { feedMicrometres: feed, crossFeedMicrometres: cross } = input
  const size =
    feed === null || cross === null
      ? t('device.sizeUnsaid')
      : `${format.number(cross / 1000, 1)} × ${format.millimetres(feed)}`
  return (
    <li className={classes.item}>
      <div className={classes.itemHead}>
        <span className="breakable">{input.name === '' ? `${t('device.tray')} ${input.index}` : input.name}</span>
        <Text size="xs" c="dimmed" ta="right" className="numbers">
          {input.media ?? t('device.mediaUnsaid')}
          <br />
          {size}
        </Text>
      </div>
      <LevelView level={input.level} unit={input.unit} supplyClass="consumed" name={input.name} />
    </li>
  )
}
