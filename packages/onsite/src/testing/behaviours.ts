/**
 * What hostile printers and networks do, and what must come of it. Those with a name of one word or with hyphens are asked for by name; the
 * others are our own. What Central owes of them (a counter that goes back, jumps, or changes its device) its own tests prove.
 */
import { meterKey, type Reading } from '@platen/model'
import type { Fault } from '@platen/simulator'
import type { User } from '@platen/snmp'
import { aSwitch, printer } from '../rig.testing.ts'
import type { Fate } from '../tally.ts'

/** Milliseconds a try: a busy machine answers within it, and a slow printer just so. */
export const TIMEOUT = 400

/** How one hostile address ended, and what was read of it. */
export interface Met {
  readonly fate: Fate | 'none'
  readonly readings: readonly Reading[]
}

export interface Behaviour {
  readonly faults?: readonly Fault[]
  /** What each of its devices says; one ordinary printer if it is not said. */
  readonly recordings?: readonly string[]
  /** The devices say what is recorded and nothing else; false where they must differ. */
  readonly individual?: boolean
  readonly versions?: readonly ('v1' | 'v2c')[]
  readonly maxBytes?: number
  /** Sends so much that who shares a thread with it would answer late. */
  readonly isLoud?: boolean
  /** Asked as this user and by nothing else. */
  readonly user?: User
  /** What is wrong with how it ended; null if nothing. */
  readonly judge: (met: readonly Met[]) => string | null
}

/** The user that hostile printers of SNMPv3 know. */
export const USER = {
  name: 'meter',
  auth: { protocol: 'sha256', password: 'a long enough word' },
  privacy: { protocol: 'aes128', password: 'another long word' },
} as const

const LIFE = 'total.all.all.all/impressions'
/** What the ordinary printer has recorded (rig.testing.ts). */
const RECORDED = { life: 41_234n, serial: 'ACME123456', left: 61 } as const

const lifeOf = ({ meters }: Reading): bigint | null => meters.find((meter) => meterKey(meter) === LIFE)?.value ?? null
const leftOf = ({ supplies }: Reading) =>
  supplies.map(({ level }) => (level.kind === 'measured' ? level.left : level.kind))

/** One reading each, and in it only what the device said. */
const read =
  (wanted: { life?: bigint | null; serial?: string | null; left?: number | string } = {}) =>
  (met: readonly Met[]): string | null => {
    for (const { fate, readings } of met) {
      const [reading] = readings
      if (fate !== 'read' || reading === undefined || readings.length !== 1)
        return `${fate}, ${readings.length} readings; wanted: one`
      const { life = RECORDED.life, serial = RECORDED.serial, left = RECORDED.left } = wanted
      if (lifeOf(reading) !== life) return `life ${lifeOf(reading)}, said ${life}`
      if (reading.identity.serial !== serial) return `serial ${reading.identity.serial}, said ${serial}`
      if (leftOf(reading).join() !== `${left}`) return `left ${leftOf(reading).join()}, said ${left}`
    }
    return null
  }

/** No reading at all. */
const notRead = (met: readonly Met[]): string | null =>
  met.every(({ fate, readings }) => fate !== 'read' && fate !== 'none' && readings.length === 0)
    ? null
    : `read or not asked: ${met.map(({ fate }) => fate).join()}`

/** Read or not, at the most once, and nothing in it that the device did not say. */
const honest = (met: readonly Met[]): string | null => {
  for (const { fate, readings } of met) {
    if (fate === 'none' || fate === 'notAsked') return fate
    if (readings.length > 1) return `${readings.length} readings`
    for (const reading of readings) {
      const life = lifeOf(reading)
      if (life !== null && life !== RECORDED.life) return `life ${life}, said ${RECORDED.life}`
      const texts = Object.values(reading.identity).filter((text) => text !== null)
      if (texts.some((text) => text.length > 1_024)) return 'a text longer than a kilobyte'
      if (reading.supplies.length > 200 || reading.inputs.length > 200) return 'more rows than a device has'
    }
  }
  return null
}

/** Read, but what is missing is said to be. */
const partial = (met: readonly Met[]): string | null =>
  honest(met) ??
  (met.some(({ readings }) => readings.some((one) => lifeOf(one) === null && one.misses.length === 0))
    ? 'a meter is missing without a word'
    : null)

const ended = (met: readonly Met[]): string | null =>
  met.every(({ fate }) => fate !== 'none' && fate !== 'notAsked') ? null : 'no fate'

const changed = (...rows: readonly (readonly [row: string, by: string])[]): string =>
  rows.reduce((text, [row, by]) => {
    if (!text.includes(row)) throw new Error(`the recording has no ${row}`)
    return text.replace(row, by)
  }, printer)
const LIFE_ROW = '1.3.6.1.2.1.43.10.2.1.4.1.1|65|41234'
const SERIAL_ROW = '1.3.6.1.2.1.43.5.1.1.17.1|4|ACME123456'
const LEVEL_ROW = '1.3.6.1.2.1.43.11.1.1.9.1.1|2|61'
const MOST_ROW = '1.3.6.1.2.1.43.11.1.1.8.1.1|2|100'
const OBJECT_ROW = '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1.1'
/** A maker's own tree, in which this device has something else. */
const LIE = '1.3.6.1.4.1.11.2.3.9.1'
const lying = changed([OBJECT_ROW, `1.3.6.1.2.1.1.2.0|6|${LIE}`])
const withText = (text: string): string => changed([SERIAL_ROW, `1.3.6.1.2.1.43.5.1.1.17.1|4|${text}`])

/** By name. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  silent: { faults: [{ kind: 'silent' }], judge: notRead },
  slow: { faults: [{ kind: 'slow', delay: TIMEOUT - 20 }], judge: honest },
  late: { faults: [{ kind: 'slow', delay: TIMEOUT + 50 }], judge: honest },
  twice: { faults: [{ kind: 'copies', count: 2 }], judge: read() },
  thousandfold: { isLoud: true, faults: [{ kind: 'copies', count: 1_000 }], judge: read() },
  'wrong-port': { faults: [{ kind: 'wrongPort' }], judge: notRead },
  'wrong-address': { faults: [{ kind: 'wrongAddress' }], judge: notRead },
  'neighbour-forges': { isLoud: true, faults: [{ kind: 'guessedIds', count: 500 }], judge: read() },
  'any-oid': { faults: [{ kind: 'anyOid' }], judge: honest },
  'loop-same': { faults: [{ kind: 'loopSame' }], judge: partial },
  'loop-cycle': { faults: [{ kind: 'loopCycle' }], judge: partial },
  endless: { isLoud: true, faults: [{ kind: 'endless' }], judge: partial },
  'bulk-flood': {
    isLoud: true,
    faults: [{ kind: 'flood', rows: 2_000 }, { kind: 'endless' }],
    maxBytes: 65_000,
    judge: partial,
  },
  toobig: { faults: [{ kind: 'tooBig' }], judge: honest },
  'big-strings': { isLoud: true, faults: [{ kind: 'bigStrings', octets: 60_000 }], maxBytes: 65_000, judge: honest },
  fragments: {
    isLoud: true,
    faults: [
      { kind: 'bigStrings', octets: 3_000 },
      { kind: 'lostAbove', octets: 1_472 },
    ],
    maxBytes: 65_000,
    judge: honest,
  },
  'icmp-refused': { faults: [{ kind: 'absent' }], judge: notRead },
  garbage: {
    isLoud: true,
    faults: [
      { kind: 'copies', count: 100 },
      { kind: 'garbage', least: 1, length: 65_507 },
    ],
    judge: notRead,
  },
  'v1-only': { versions: ['v1'], judge: read() },
  'v3-noauth-answer': { user: USER, faults: [{ kind: 'plainAnswer' }], judge: notRead },
  'v3-new-engine': { user: USER, faults: [{ kind: 'swap', after: 0, every: 20 }], individual: true, judge: ended },
  'v3-engine-of-other': {
    user: USER,
    recordings: [withText('TWIN-A-1'), withText('TWIN-B-2')],
    judge: ([one, other]) =>
      read({ serial: 'TWIN-A-1' })(one === undefined ? [] : [one]) ??
      read({ serial: 'TWIN-B-2' })(other === undefined ? [] : [other]),
  },
  'v3-boots-jump': { user: USER, faults: [{ kind: 'bootsJump' }], judge: read() },
  'counter-back': { faults: [{ kind: 'shift', after: 0, pages: -5_000 }], judge: read({ life: 36_234n }) },
  'counter-wrap': {
    recordings: [changed([LIFE_ROW, '1.3.6.1.2.1.43.10.2.1.4.1.1|65|4294967290'])],
    faults: [{ kind: 'shift', after: 0, pages: 10 }],
    judge: read({ life: 4n }),
  },
  'counter-jump': { faults: [{ kind: 'shift', after: 0, pages: 4_000_000 }], judge: read({ life: 4_041_234n }) },
  'counter-text': {
    recordings: [changed([LIFE_ROW, '1.3.6.1.2.1.43.10.2.1.4.1.1|4|many'])],
    judge: (met) => read({ life: null })(met) ?? partial(met),
  },
  'level-range': {
    recordings: [changed([LEVEL_ROW, '1.3.6.1.2.1.43.11.1.1.9.1.1|66|4294967295'])],
    judge: read({ left: 'unknown' }),
  },
  'level-minus3': {
    recordings: [
      changed([LEVEL_ROW, '1.3.6.1.2.1.43.11.1.1.9.1.1|2|-3'], [MOST_ROW, '1.3.6.1.2.1.43.11.1.1.8.1.1|2|-2']),
      changed([LEVEL_ROW, '1.3.6.1.2.1.43.11.1.1.9.1.1|2|-2']),
    ],
    judge: ([some, unknown]) =>
      read({ left: 'some' })(some === undefined ? [] : [some]) ??
      read({ left: 'unknown' })(unknown === undefined ? [] : [unknown]),
  },
  'serial-clash': { recordings: [withText('0000000000'), withText('0000000000')], judge: read({ serial: null }) },
  'serial-changes': { faults: [{ kind: 'swap', after: 0, every: 50 }], individual: true, judge: ended },
  'sysobjectid-lies': { recordings: [lying], judge: read() },
  'not-a-printer': {
    recordings: [aSwitch.replace('1.3.6.1.4.1.99998.1', LIE)],
    judge: (met) => (met.every(({ fate }) => fate === 'other') ? null : `${met.map(({ fate }) => fate).join()}`),
  },
  reboots: { faults: [{ kind: 'reboot', after: 40, lasts: 500 }], judge: partial },

  'silent after the probe': { faults: [{ kind: 'silent', after: 1 }], judge: honest },
  'later than all tries': { faults: [{ kind: 'slow', delay: 10 * TIMEOUT }], judge: notRead },
  'half of it lost': { faults: [{ kind: 'loss', share: 0.5 }], judge: partial },
  'wrong id': { faults: [{ kind: 'wrongId' }], judge: notRead },
  'endless and slow': { faults: [{ kind: 'endless' }, { kind: 'slow', delay: TIMEOUT - 20 }], judge: partial },
  disordered: { faults: [{ kind: 'disorder' }], judge: partial },
  'too big above 484': { faults: [{ kind: 'tooBig', above: 484 }], judge: read() },
  'strings of a datagram': { faults: [{ kind: 'bigStrings', octets: 1_400 }], judge: honest },
  'one octet of garbage': { faults: [{ kind: 'garbage', length: 1 }], judge: notRead },
  'garbage of a datagram': { faults: [{ kind: 'garbage', length: 1_400 }], judge: notRead },
  'cut in the head': { faults: [{ kind: 'cut', length: 20 }], judge: notRead },
  'cut in the values': { faults: [{ kind: 'cut', length: 200 }], judge: honest },
  'genErr always': { faults: [{ kind: 'genErr' }], judge: honest },
  'genErr every third time': { faults: [{ kind: 'genErr', share: 0.3 }], judge: partial },
  'counts from zero': { faults: [{ kind: 'restart', after: 0 }], judge: ended },
}
