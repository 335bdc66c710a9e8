/**
 * A reading: all that one device said at one moment, with provenance. It is what Onsite makes, seals and delivers, and what Central keeps.
 */
import type { Meter } from './meter.ts'
import type { Input, Output, Supply } from './supply.ts'

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

/**
 * What exactly was not got, for programs; said in words to people where it is shown. Each takes the parameters named beside it.
 */
export const missCodes = [
  /** Nothing said it. */
  'notSaid',
  /** These meters (`meters`, keys or tables with commas between) are told by nothing on this device. */
  'metersNotSaid',
  /** The rule's own counter did not answer this time; another one that did (`other`, `count`) was not put in its place. */
  'notThisTime',
  /** What was said (`said`) is no number. */
  'noNumber',
  /** What was said (`said`) is no count of pages: no number, negative, or beyond all belief. */
  'noCount',
  /** A number (`said`) outside of what it can be (`least`, `most`). */
  'outOfRange',
  /** No meter is known by what the device calls it (`said`). */
  'unknownLabel',
  /** A level (`level`) without a capacity to measure it by. */
  'noCapacity',
  /** A level (`level`) far above the capacity (`capacity`). */
  'overfull',
  /** A negative level (`level`) that means nothing in RFC 3805. */
  'noLevel',
  /** What was said (`said`) is no set of bits. */
  'noBits',
  /** What was said (`said`) stands for nothing, as `XXXX` does. */
  'placeholder',
  /** Longer than a text of its kind can be (`most` characters). */
  'tooLong',
  /** No interface tells an address of six octets. */
  'noMac',
  /** There was more than is kept (`most` of them). */
  'tooMany',
  /** A table had more rows than are read (`most`). */
  'tooManyRows',
  /** The device repeated itself or went back: the rest of the table was not read. */
  'disordered',
  /** The question was not answered well (`why`: how it failed; `said`: what the answer said, if anything). */
  'notAnswered',
  /** Not asked any more: the device had stopped answering. */
  'notAsked',
] as const
export type MissCode = (typeof missCodes)[number]

/** What each code speaks of, by the names that stand in a miss's `params`: whoever words the codes must word these. */
export const missParams: Readonly<Record<MissCode, readonly string[]>> = {
  notSaid: [],
  metersNotSaid: ['meters'],
  notThisTime: ['other', 'count'],
  noNumber: ['said'],
  noCount: ['said'],
  outOfRange: ['said', 'least', 'most'],
  unknownLabel: ['said'],
  noCapacity: ['level'],
  overfull: ['level', 'capacity'],
  noLevel: ['level'],
  noBits: ['said'],
  placeholder: ['said'],
  tooLong: ['most'],
  noMac: [],
  tooMany: ['most'],
  tooManyRows: ['most'],
  disordered: [],
  notAnswered: ['why', 'said'],
  notAsked: [],
}

/** Something the instructions asked for that the device did not give. `subject` names a meter key, a field or a table. */
export interface Miss {
  readonly subject: string
  readonly reason: MissReason
  /** In English, for logs and for readers that do not know the code. */
  readonly detail: string
  /** A `MissCode`; not there in readings of older Onsites, and unknown to this reader in those of newer ones. */
  readonly code?: string | undefined
  /** What the code speaks of, by name. */
  readonly params?: Readonly<Record<string, string>> | undefined
}

/** One cover, door or lid (prtCoverTable). */
export interface Cover {
  readonly index: string
  readonly description: string
  /** PrtCoverStatusTC as far as it matters: open or closed, whichever kind of interlock says so. */
  readonly state: (typeof coverStates)[number]
}
export const coverStates = ['open', 'closed', 'unknown'] as const

/** One program inside the device, e.g. engine or network, with its version. */
export interface FirmwarePart {
  readonly name: string
  readonly version: string
}

/** How much of a device was asked in one visit: all; all that moves by itself; or only some of that, and whether it is still itself. */
export const readKinds = ['full', 'steady', 'supplies', 'status', 'meters'] as const
export type ReadKind = (typeof readKinds)[number]

/** What a visit may ask for: meters and checks; levels of supplies and trays; status, covers and alerts. */
export type AskedPart = 'meters' | 'supplies' | 'status'
/** What each kind of visit asks for. A reading says nothing of the rest: it is empty there, and that is no word of the device. */
export const askedIn: Readonly<Record<ReadKind, readonly AskedPart[]>> = {
  full: ['meters', 'supplies', 'status'],
  steady: ['meters', 'supplies', 'status'],
  supplies: ['supplies', 'status'],
  status: ['status'],
  meters: ['meters'],
}

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
  /** sysUpTime in hundredths of a second, or null; a visit for meters does not ask for it. */
  readonly upTime: number | null
  readonly identity: Identity
  readonly meters: readonly Meter[]
  readonly supplies: readonly Supply[]
  readonly inputs: readonly Input[]
  /** Where the paper goes; not there in readings of Onsites that did not ask. */
  readonly outputs?: readonly Output[] | undefined
  /** Not there in readings of Onsites that did not ask. */
  readonly covers?: readonly Cover[] | undefined
  /** Programs beside the one that `identity.firmware` names; not there where the device tells none. */
  readonly firmwareParts?: readonly FirmwarePart[] | undefined
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
