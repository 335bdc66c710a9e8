/** Which branches of the object tree a recording may hold: the standard printer tables, what profiles name, and what a person names with a bound. */
import { type Instructions, type Profile, questions } from '@platen/collector'

/** A branch and the most objects that are read below it. */
export interface Range {
  readonly branch: string
  readonly most: number
}

const ENTERPRISES = '1.3.6.1.4.1'
const DOTTED = /^\.?[0-2](\.(0|[1-9]\d{0,9})){1,126}$/
/** More objects of one branch than any device is known to have. */
const MOST_OBJECTS = 50_000

/** Who a device is: read first, since it says what must be masked. */
export const IDENTITY_RANGES: readonly Range[] = [
  { branch: '1.3.6.1.2.1.1', most: 60 },
  { branch: '1.3.6.1.2.1.2.2.1.6', most: 64 },
  { branch: '1.3.6.1.2.1.4.20.1.2', most: 64 },
  { branch: '1.3.6.1.2.1.25.3.2.1', most: 400 },
  { branch: '1.3.6.1.2.1.43.5', most: 200 },
  { branch: '1.3.6.1.4.1.2699.1.2.1', most: 200 },
]

/** Name and serial number (RFC 3805 prtGeneral 16 and 17) by name: a table without end must not hide what is to be masked. */
export const IDENTITY_OBJECTS: readonly string[] = ['1.3.6.1.2.1.43.5.1.1.16.1', '1.3.6.1.2.1.43.5.1.1.17.1']

/** The rest of RFC 2790's printers and the Printer-MIB, without panel text and lights; bounds are some three times the largest seen. */
export const STANDARD_RANGES: readonly Range[] = [
  { branch: '1.3.6.1.2.1.25.3.5.1', most: 100 },
  { branch: '1.3.6.1.2.1.43.6', most: 400 },
  { branch: '1.3.6.1.2.1.43.7', most: 400 },
  { branch: '1.3.6.1.2.1.43.8', most: 1_500 },
  { branch: '1.3.6.1.2.1.43.9', most: 1_500 },
  { branch: '1.3.6.1.2.1.43.10', most: 400 },
  { branch: '1.3.6.1.2.1.43.11', most: 1_200 },
  { branch: '1.3.6.1.2.1.43.12', most: 400 },
  { branch: '1.3.6.1.2.1.43.13', most: 800 },
  { branch: '1.3.6.1.2.1.43.14', most: 400 },
  { branch: '1.3.6.1.2.1.43.15', most: 800 },
  { branch: '1.3.6.1.2.1.43.18', most: 1_000 },
]

/** Operator and service person (RFC 3805 prtGeneral 4 and 5), panel text and lights, jobs of the PWG: people's, not printers'. */
const NEVER: readonly string[] = [
  '1.3.6.1.2.1.43.5.1.1.4',
  '1.3.6.1.2.1.43.5.1.1.5',
  '1.3.6.1.2.1.43.16',
  '1.3.6.1.2.1.43.17',
  '1.3.6.1.4.1.2699.1.1',
]

/** Branches that are left out even where a range holds them: those above, and what any profile denies itself (jobs, community strings). */
export function deniedBy({ profiles }: Instructions): readonly string[] {
  return [...new Set([...NEVER, ...profiles.flatMap(({ reach }) => reach.deny)])].sort()
}

/** A range as a person writes it, `OID=N`, or what is wrong with it. */
export function parseRange(text: string): Range | string {
  const [branch = '', most] = text.split('=')
  const plain = branch.startsWith('.') ? branch.slice(1) : branch
  if (!DOTTED.test(plain) || plain.split('.').some((arc) => Number(arc) > 4_294_967_295))
    return `--range ${text}: ${branch} is no OID; say e.g. --range 1.3.6.1.4.1.99999.7=500`
  if (most === undefined)
    return `--range ${text}: say how many objects at most, e.g. --range ${plain}=500; a maker's branch can be endless`
  if (!/^[1-9]\d{0,8}$/.test(most) || Number(most) > MOST_OBJECTS)
    return `--range ${text}: ${most} is no number from 1 to ${MOST_OBJECTS}`
  const depth = plain.split('.').length - ENTERPRISES.split('.').length
  if (!liesIn(plain, ENTERPRISES))
    return `--range ${text}: only branches below ${ENTERPRISES}; the standard tables are read anyway, and nothing else is a printer's`
  if (depth < 2) return `--range ${text}: that is a whole maker; name a part of it, e.g. --range ${plain}.1=${most}`
  const never = NEVER.find((denied) => liesIn(plain, denied))
  if (never !== undefined) return `--range ${text}: ${never} holds jobs and users and is never recorded`
  return { branch: plain, most: Number(most) }
}

/** What a profile asks, beyond what the standard ranges hold: exact instances, and columns as ranges. */
export function askedBy(profiles: readonly Profile[]): {
  readonly scalars: readonly string[]
  readonly columns: readonly Range[]
} {
  const standard = [...IDENTITY_RANGES, ...STANDARD_RANGES]
  const isBeyond = (object: string): boolean => !standard.some(({ branch }) => liesIn(object, branch))
  const scalars = new Set<string>()
  const columns = new Map<string, number>()
  for (const profile of profiles) {
    const asked = questions(profile)
    for (const object of asked.scalars) if (isBeyond(object)) scalars.add(object)
    for (const table of asked.tables)
      for (const column of table.columns)
        if (isBeyond(column)) columns.set(column, Math.max(table.rows, columns.get(column) ?? 0))
  }
  return { scalars: [...scalars], columns: [...columns].map(([branch, most]) => ({ branch, most })) }
}

/** Whether a dotted object is the branch or lies below it. */
export function liesIn(object: string, branch: string): boolean {
  return object === branch || object.startsWith(`${branch}.`)
}
