/** Misses in the making: a code with what it speaks of, and the same in English for logs and for readers that do not know the code. */
import type { Miss, MissCode, MissReason } from '@platen/model'
import { cleanText } from './charset.ts'

/** What was not got, and the words and numbers it speaks of. */
export interface Missed {
  readonly code: MissCode
  readonly [param: string]: string | number
}

/** Characters kept of each parameter and of the subject: they may hold what a device made up. */
const MAX_WORDS = 1_000

/** Names in braces are parameters. */
export const english: Readonly<Record<MissCode, string>> = {
  notSaid: 'the device does not say',
  metersNotSaid: '{meters}',
  notThisTime: 'not answered this time; {other} ({count}) is another counter and was not put in its place',
  noNumber: "'{said}' is no number",
  noCount: "'{said}' is no count",
  outOfRange: '{said} is no whole number from {least} to {most}',
  unknownLabel: 'no meter is known by {said}',
  noCapacity: 'level {level} without a capacity to measure it by',
  overfull: 'level {level} of {capacity}',
  noLevel: 'level {level} has no meaning',
  noBits: "'{said}' is no set of bits",
  placeholder: "'{said}' stands for nothing",
  tooLong: 'longer than {most} characters',
  noMac: 'no interface tells a MAC of 6 octets',
  tooMany: 'more than {most}',
  tooManyRows: 'more than {most} rows',
  disordered: 'the device repeats itself or goes back: the rest of the table is not read',
  notAnswered: '{said}',
  notAsked: 'not asked: the device had stopped answering',
}

/** A miss of this subject, its texts clean and of bounded length. */
export function missOf(subject: string, reason: MissReason, missed: Missed): Miss {
  const { code, ...said } = missed
  const params: Record<string, string> = {}
  for (const [name, value] of Object.entries(said)) params[name] = cleanText(String(value), MAX_WORDS)
  const detail = english[code].replaceAll(/\{(\w+)\}/gu, (_, name: string) => params[name] ?? '')
  return { subject: cleanText(subject, MAX_WORDS), reason, detail: cleanText(detail, MAX_WORDS), code, params }
}
