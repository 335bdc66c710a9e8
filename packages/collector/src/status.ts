/** What state a device is in: its own word, its error bits and its alert table. */
import {
  alertSeverities,
  type DeviceAlert,
  type DeviceStatus,
  deviceStatuses,
  type ErrorBit,
  errorBits,
  type Status,
} from '@platen/model'
import type { Facts } from './facts.ts'
import { anything } from './found.ts'
import type { Row } from './grid.ts'
import type { AlertPlan } from './plan.ts'
import { bounds } from './reach.ts'

/** What prtAlertTable's numbers can be (RFC 3805): all are Integer32. */
const INTEGER32 = { least: -2_147_483_648, most: 2_147_483_647 } as const

/** Reads status, error bits and alerts. */
export function readStatus(facts: Facts): Status {
  const errors = readErrors(facts)
  return {
    device: readDevice(facts, errors),
    errors,
    alerts: facts.atMost(
      facts.plan.alerts.flatMap((plan) => readAlerts(facts, plan)),
      bounds.rows,
      'alerts',
    ),
  }
}

function readDevice(facts: Facts, errors: readonly ErrorBit[]): DeviceStatus {
  const find = facts.plan.status?.device
  const word = find === undefined ? null : facts.text(find, undefined)
  const status = deviceStatuses.find((one) => one === word?.value) ?? 'unknown'
  if (word !== null) facts.note(word.objects, () => `status ${status}`)
  // RFC 3805 section 2.2.13.2.1: down and off-line look alike but for the bit.
  return status === 'down' && errors.includes('offline') ? 'offline' : status
}

/** hrPrinterDetectedErrorState: bit 0 is the first octet's highest; octets that were not sent are zero (RFC 2790). */
function readErrors(facts: Facts): readonly ErrorBit[] {
  const find = facts.plan.status?.errors
  const found = find === undefined ? undefined : facts.find(find, undefined, anything)
  const octets = found?.value
  if (found === undefined || !(octets instanceof Uint8Array)) {
    if (found !== undefined) facts.miss('errors', 'malformed', { code: 'noBits', said: facts.shown(found) })
    return []
  }
  const errors = errorBits.filter((_, bit) => (((octets[bit >> 3] ?? 0) << (bit & 7)) & 0x80) !== 0)
  facts.note(found.objects, () => `errors ${errors.join(', ') || 'none'}`)
  return errors
}

function readAlerts(facts: Facts, plan: AlertPlan): readonly DeviceAlert[] {
  return facts.rows(plan.rows).map((row) => readAlert(facts, plan, row))
}

/** Numbers a row does not tell are -2, RFC 3805's own word for unknown. */
function readAlert(facts: Facts, plan: AlertPlan, row: Row | undefined): DeviceAlert {
  const subject = `alert ${row?.index ?? ''}`
  const number = (field: 'group' | 'groupIndex' | 'code' | 'training' | 'location'): number =>
    facts.whole(plan[field], row, { subject: `${subject} ${field}`, range: INTEGER32 })?.value ?? -2
  const text = facts.text(plan.text, row)
  const alert: DeviceAlert = {
    group: number('group'),
    groupIndex: number('groupIndex'),
    code: number('code'),
    severity: alertSeverities.find((one) => one === facts.word(plan.severity, row)) ?? 'info',
    training: number('training'),
    location: number('location'),
    text: text?.value ?? '',
  }
  facts.note(text?.objects ?? [], () => `alert ${alert.code} '${alert.text}'`)
  return alert
}
