/**
 * What an engine tells of a message it does not take: the counters whose names stand in Reports (RFC 3414 section 5,
 * RFC 3412 section 5, RFC 3413 section 4.2), and what each means for who asked.
 */
import { sameOctets } from './ber.ts'
import { type Frame, PDU } from './frame.ts'
import { Oid } from './oid.ts'
import type { RequestFailure } from './session.ts'

/** The scalars' instances, our names for them, and the ends they mean. */
const REPORTS = [
  {
    name: 'wrongLevel',
    oid: Oid.parse('1.3.6.1.6.3.15.1.1.1.0'),
    reason: 'wrongLevel',
    detail: 'the device does not support this security level for the user',
  },
  {
    name: 'notInTimeWindow',
    oid: Oid.parse('1.3.6.1.6.3.15.1.1.2.0'),
    reason: 'notInTimeWindow',
    detail: 'the device says that the message is too old or too new',
  },
  {
    name: 'wrongUser',
    oid: Oid.parse('1.3.6.1.6.3.15.1.1.3.0'),
    reason: 'wrongUser',
    detail: 'the device does not know the user',
  },
  {
    name: 'wrongEngine',
    oid: Oid.parse('1.3.6.1.6.3.15.1.1.4.0'),
    reason: 'wrongEngine',
    detail: 'the device has another engine id',
  },
  {
    name: 'wrongDigest',
    oid: Oid.parse('1.3.6.1.6.3.15.1.1.5.0'),
    reason: 'wrongPassword',
    detail: 'authentication password or protocol are not the device’s',
  },
  {
    name: 'undecipherable',
    oid: Oid.parse('1.3.6.1.6.3.15.1.1.6.0'),
    reason: 'wrongPassword',
    detail: 'privacy password or protocol are not the device’s',
  },
  {
    name: 'unsupportedModel',
    oid: Oid.parse('1.3.6.1.6.3.11.2.1.1.0'),
    reason: 'unsupportedSecurity',
    detail: 'the device does not support the user-based security model',
  },
  {
    name: 'noHandler',
    oid: Oid.parse('1.3.6.1.6.3.11.2.1.3.0'),
    reason: 'refused',
    detail: 'nothing at the device answers for this context engine',
  },
  {
    name: 'unavailableContext',
    oid: Oid.parse('1.3.6.1.6.3.12.1.4.0'),
    reason: 'refused',
    detail: 'the context is not available',
  },
  {
    name: 'unknownContext',
    oid: Oid.parse('1.3.6.1.6.3.12.1.5.0'),
    reason: 'refused',
    detail: 'the device does not know the context',
  },
] as const

/** One of the counters that stand in Reports. */
export type Report = (typeof REPORTS)[number]

export type ReportName = Report['name']

/** Which counter a Report frame tells; nothing if it is no Report, or one of anything else. */
export function reportIn(frame: Frame): Report | undefined {
  if (frame.pdu !== PDU.report || frame.count !== 1) return undefined
  const [start = 0, end = 0] = frame.spots
  return REPORTS.find(({ oid }) => sameOctets(frame.bytes, start, end, oid.bytes))
}

/** The object of a counter, as a Report names it. */
export function reportOid(name: ReportName): Oid {
  const report = REPORTS.find((each) => each.name === name)
  if (report === undefined) throw new Error(`no report is called ${name}`)
  return report.oid
}

/** How a request ends on such a Report. */
export function failureOf({ reason, detail }: Report): { ok: false; reason: RequestFailure; detail: string } {
  return { ok: false, reason, detail }
}
