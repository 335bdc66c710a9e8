/** The words for a device's state, its reporting and its alerts, each with a tone. */

import type { DeviceRow, Onsite } from '@platen/central/api'
import type { AlertSeverity, DeviceStatus } from '@platen/model'
import { useTranslation } from 'react-i18next'
import { type Tone, ToneBadge } from './tone.tsx'

const statusTones: Record<DeviceStatus, Tone> = {
  idle: 'good',
  printing: 'good',
  warmingUp: 'good',
  standby: 'quiet',
  warning: 'attention',
  down: 'bad',
  offline: 'bad',
  unknown: 'quiet',
}
const presenceTones = { live: 'good', late: 'attention', missing: 'bad' } as const
const severityTones = { critical: 'bad', warning: 'attention', info: 'quiet' } as const
const contactTones = { onTime: 'good', late: 'attention', silent: 'bad', never: 'quiet' } as const

export function StatusBadge({ status }: { status: DeviceStatus }) {
  const { t } = useTranslation()
  return <ToneBadge tone={statusTones[status]}>{t(`status.${status}`)}</ToneBadge>
}

export function PresenceBadge({ presence }: { presence: DeviceRow['presence'] }) {
  const { t } = useTranslation()
  return <ToneBadge tone={presenceTones[presence]}>{t(`presence.${presence}`)}</ToneBadge>
}

export function SeverityBadge({ severity }: { severity: AlertSeverity }) {
  const { t } = useTranslation()
  return <ToneBadge tone={severityTones[severity]}>{t(`severity.${severity}`)}</ToneBadge>
}

export function ContactBadge({ contact }: { contact: Onsite['contact'] }) {
  const { t } = useTranslation()
  return <ToneBadge tone={contactTones[contact]}>{t(`contact.${contact}`)}</ToneBadge>
}
