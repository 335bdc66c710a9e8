/** Where a number came from: the objects asked, what each answered, the profile that read them, and how sure its rule is. */
import { Text } from '@mantine/core'
import type { MeterJson } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { readAnswer } from './answers.ts'
import classes from './device.module.css'

type Provenance = MeterJson['source']

interface SourceProps {
  readonly source: Provenance
  readonly observation: Readonly<Record<string, string>>
}

export function Source({ source, observation }: SourceProps) {
  const { t } = useTranslation()
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('device.source')}
      </Text>
      <table className={classes.answers}>
        <thead>
          <tr>
            <th scope="col">{t('device.object')}</th>
            <th scope="col">{t('device.answer')}</th>
          </tr>
        </thead>
        <tbody>
          {source.objects.map((object) => (
            <tr key={object}>
              <td>
                <code>{object}</code>
              </td>
              <td>
                <Raw answer={observation[object]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="sm">
        {t('device.profile')} <code className={classes.mono}>{source.profile}</code> ·{' '}
        <Grade grade={source.confidence} /> {t(`confidence.${source.confidence}`)}
      </Text>
    </div>
  )
}

function Raw({ answer }: { answer: string | undefined }) {
  const { t } = useTranslation()
  if (answer === undefined)
    return (
      <Text span c="dimmed">
        {t('device.noAnswer')}
      </Text>
    )
  const { type, value } = readAnswer(answer)
  return (
    <>
      <code>{value}</code>{' '}
      <Text span size="xs" c="dimmed">
        {type}
      </Text>
    </>
  )
}

/** A to D, with its meaning in reach of mouse and ear. */
export function Grade({ grade }: { grade: Provenance['confidence'] }) {
  const { t } = useTranslation()
  return (
    <abbr className={classes.grade} title={t(`confidence.${grade}`)} style={{ textDecoration: 'none' }}>
      {grade}
    </abbr>
  )
}
