/**
 * A reading: all that one device said at one moment, with provenance. It is what Onsite makes, seals and delivers, and what Central keeps.
 */
import type { Meter } from './meter.ts'
import type { Input, Supply } from './supply.ts'

/** Who a device says it is. Null means the device did not say; placeholders such as `XXXX` count as not said. */
export interface Identity {
  readonly vendor: string | null
  readonly model: string | null
  readonly serial: string | null
  readonly assetNumber: string | null
  /** Lower case with colons. */
  readonly mac: string | null
  readonly hostName: string | null
  readonly location: string | null
  readonly contact: string | null
  readonly firmware: string | null
  readonly description: string | null
  readonly objectId: string | null
}

/** hrPrinterStatus and hrDeviceStatus combined (RFC 3805 section 2.2.13.2.1). */
export const deviceStatuses = [
  'idle',
  'printing',
  'warmingUp',
  'standby',
  'warning',
  'down',
  'offline',
  'unknown',
] as const
export type DeviceStatus = (typeof deviceStatuses)[number]

/** hrPrinterDetectedErrorState bits by name (RFC 2790). Hints: the alert table wins. */
export const errorBits = [
  'lowPaper',
  'noPaper',
  'lowToner',
  'noToner',
  'doorOpen',
  'jammed',
  'offline',
  'serviceRequested',
  'inputTrayMissing',
  'outputTrayMissing',
  'markerSupplyMissing',
  'outputNearFull',
  'outputFull',
  'inputTrayEmpty',
  'overduePreventMaint',
] as const
export type ErrorBit = (typeof errorBits)[number]

export const alertSeverities = ['critical', 'warning', 'info'] as const
export type AlertSeverity = (typeof alertSeverities)[number]

/** One row of prtAlertTable. `group` and `code` stay numbers (PrtAlertGroupTC, PrtAlertCodeTC): vendors add their own. */
export interface DeviceAlert {
  readonly group: number
  readonly groupIndex: number
  readonly code: number
  readonly severity: AlertSeverity
  readonly training: number
  readonly location: number
  readonly text: string
}

/** What the device said of its state. */
export interface Status {
  readonly device: DeviceStatus
  readonly errors: readonly ErrorBit[]
  readonly alerts: readonly DeviceAlert[]
}

/** What a check may compare, whoever made the device: codes for programs, said in words to people where they are shown. */
export const checkNames = [
  /** The meter against prtMarkerLifeCount (RFC 3805), where the maker has a total of its own or there are several markers. */
  'lifeCount',
  /** Print, copy, fax and other work together, against the total. */
  'worksTotal',
  /** All colours, black and white among them, together, against the total. */
  'coloursTotal',
  /** All media sizes together, against the total. */
  'sizesTotal',
  /** One-sided and two-sided together, against the total. */
  'sidesTotal',
  /** All colours of print together, against print. */
  'printColours',
  /** All colours of copy together, against copy. */
  'copyColours',
  /** All colours of two-sided impressions together, against those. */
  'duplexColours',
  /** Scans for copying, for faxing and for sending together, against all scans. */
  'scanPurposes',
] as const
/** A code of the closed list above. */
export type CheckName = (typeof checkNames)[number]

/** Two counts of a device that should be equal (e.g. print + copy + fax = total). Broken ones are shown, not hidden. */
export interface Check {
  /**
   * A `CheckName`; or, where two rules without one give the same meter, that meter's key. Where rules run over the rows of a
   * table, a blank and the row's index follow: `lifeCount 1.2`. An Onsite older or newer than the reader may say something else.
   */
  readonly name: string
  readonly left: bigint
  readonly right: bigint
  readonly holds: boolean
}

export const missReasons = [
  'absent',
  'silent',
  'refused',
  'malformed',
  'implausible',
  'tooMany',
  'placeholder',
] as const
/** Why something asked was not got. */
export type MissReason = (typeof missReasons)[number]

/** Something the instructions asked for that the device did not give. `subject` names a meter key, a field or a table. */
export interface Miss {
  readonly subject: string
  readonly reason: MissReason
  readonly detail: string
}

/** How much of a device was asked in one visit: all; all that moves by itself; its meters and whether it is still itself. */
export const readKinds = ['full', 'steady', 'meters'] as const
export type ReadKind = (typeof readKinds)[number]

/** What was not asked for a reading: names, units, capacities and other things that stay were taken from an earlier visit. Meters never are. */
export interface Visit {
  readonly kind: ReadKind
  /** The moment of the earlier visit, in which all was asked; ISO 8601 in UTC. */
  readonly keptAt: string
  /** Objects of `observation` that were answered then and not asked now, such as labels of meters. All others were answered in this visit. */
  readonly kept: readonly string[]
}

/** All that one device said at one moment. */
export interface Reading {
  /** 128 random bits in hex, made by the Onsite: the reading's name for ever. */
  readonly id: string
  /** Wall time of the Onsite, ISO 8601 in UTC with milliseconds. Nothing depends on that clock being right. */
  readonly at: string
  /** Milliseconds of the Onsite's monotonic clock, to order readings when the wall clock jumps. */
  readonly monotonic: number
  /** Address the device answered from. */
  readonly address: string
  /** sysUpTime in hundredths of a second, or null. */
  readonly upTime: number | null
  readonly identity: Identity
  readonly meters: readonly Meter[]
  readonly supplies: readonly Supply[]
  readonly inputs: readonly Input[]
  readonly status: Status
  readonly checks: readonly Check[]
  readonly misses: readonly Miss[]
  /** Profile that was run, and the version of the instructions it came from. */
  readonly profile: string
  readonly instructions: string
  /** The raw answers that fed the meters, by dotted object: `tag|value` (tag as SNMP type number, octets in hex after `x`), so that Central can read again. */
  readonly observation: Readonly<Record<string, string>>
  /** Not there: everything was asked for this reading. */
  readonly visit?: Visit | undefined
}
