/** Whatever a printer answers, its reading can be sent: what does not fit the line costs itself and nothing beside it. */
import { join } from 'node:path'
import { type Instructions, normalise, observationOf, type Profile } from '@platen/collector'
import { Oid, type Value } from '@platen/snmp'
import { bodiesOf, readingSchema, toJson } from '@platen/wire'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE, readRecording, recordingsIn } from './catalogue.ts'

/** How many there are: a loop that ends early must fail. */
const RECORDINGS = 34
const STAMP = { id: '0'.repeat(32), at: '2026-01-01T00:00:00.000Z', monotonic: 0, address: '192.0.2.10' }

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 700 }),
  fc
    .constantFrom('9'.repeat(30), '9'.repeat(18), '-5', '1e400', '\0', '\ud83d\ude00'.repeat(300), 'x'.repeat(2000))
    .map((text) => new TextEncoder().encode(text)),
  // UTF-16 with half a pair, and with nothing after its mark.
  fc
    .constantFrom([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00], [0xfe, 0xff], [0xff, 0xfe, 0x00])
    .map((all) => Uint8Array.from(all)),
)
const arcs = fc.array(fc.oneof(fc.nat(50), fc.constantFrom(4_294_967_295, 1_234_567_890)), {
  minLength: 1,
  maxLength: 126,
})
const small = fc.oneof(fc.nat(4_294_967_295), fc.constantFrom(0, 4_294_967_295, 2_147_483_648))
const value: fc.Arbitrary<Value> = fc.oneof(
  fc.record({
    type: fc.constant('integer' as const),
    value: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(-3, -2, -1)),
  }),
  fc.record({ type: fc.constantFrom('counter32' as const, 'gauge32' as const, 'timeTicks' as const), value: small }),
  fc.record({
    type: fc.constant('counter64' as const),
    value: fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.constantFrom(2n ** 64n - 1n, 2n ** 53n)),
  }),
  fc.record({ type: fc.constantFrom('octets' as const, 'opaque' as const), value: bytes }),
  arcs.map((all): Value => ({ type: 'oid', value: Oid.parse(`1.3.${all.join('.')}`) })),
  fc.record({ type: fc.constant('address' as const), value: fc.constantFrom('0.0.0.0', '255.255.255.255') }),
  fc.constant<Value>({ type: 'null' }),
)
/** What is done to one answer: another value, another place, or many more rows like it. */
const change = fc.record({ at: fc.nat(), value, index: fc.option(arcs), rows: fc.constantFrom(0, 0, 0, 600) })

interface Read {
  readonly name: string
  readonly profile: Profile
  readonly answers: ReadonlyMap<string, Value>
}

describe('a printer that answers with what it likes', () => {
  let instructions: Instructions
  let all: Read[] = []

  beforeAll(async () => {
    instructions = await checkedInInstructions()
    const paths = await recordingsIn(join(KNOWLEDGE, 'recordings'))
    const read = await Promise.all(paths.map((path) => readRecording(path, instructions)))
    all = read.flatMap(({ name, printer }) =>
      printer === null ? [] : [{ name, profile: printer.profile, answers: printer.observation.answers }],
    )
    expect(all).toHaveLength(RECORDINGS)
  })

  const readingOf = ({ profile }: Read, answers: ReadonlyMap<string, Value>) => {
    const observation = { ...observationOf({}), answers }
    return normalise({ observation, profile, instructions, stamp: STAMP })
  }

  const faultsOf = (reading: ReturnType<typeof normalise>): readonly string[] => {
    if (bodiesOf([reading]).tooLong.length > 0) return ['the line is too long']
    const parsed = readingSchema.safeParse(JSON.parse(JSON.stringify(toJson(reading))))
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  }

  it('gives a reading that the line takes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(change, { minLength: 1, maxLength: 60 }), (which, changes) => {
        const read = all[which % all.length]
        if (read === undefined) throw new Error('no recording')
        expect(faultsOf(readingOf(read, changed(read.answers, changes)))).toEqual([])
      }),
      { numRuns: 600 },
    )
  })

  it('loses one number, and says so, where an alert or the time since its start is beyond counting', () => {
    let tried = 0
    for (const read of all) {
      const whole = readingOf(read, read.answers)
      for (const object of read.answers.keys()) {
        const isUpTime = object === '1.3.6.1.2.1.1.3.0'
        if (!isUpTime && !/^1\.3\.6\.1\.2\.1\.43\.18\.1\.1\.[3-7]\./.test(object)) continue
        const reading = readingOf(read, new Map(read.answers).set(object, { type: 'counter64', value: 2n ** 64n - 1n }))
        expect(reading.misses.length, `${read.name} ${object}`).toBe(whole.misses.length + 1)
        expect(implausible(reading)).toBe(implausible(whole) + 1)
        expect({ ...reading, misses: [], status: [], upTime: 0 }).toEqual({
          ...whole,
          misses: [],
          status: [],
          upTime: 0,
        })
        expect(reading.upTime === null).toBe(isUpTime || whole.upTime === null)
        tried++
      }
    }
    expect(tried).toBeGreaterThan(30)
  })

  it('gives one for every answer made odd in turn, each in three ways', () => {
    let tried = 0
    const odd: readonly Value[] = [
      { type: 'counter64', value: 2n ** 64n - 1n },
      { type: 'integer', value: -2_147_483_648 },
      { type: 'octets', value: new TextEncoder().encode('9'.repeat(18)) },
    ]
    for (const read of all)
      for (const object of read.answers.keys())
        for (const value of odd) {
          const reading = readingOf(read, new Map(read.answers).set(object, value))
          expect(faultsOf(reading), `${read.name} ${object}`).toEqual([])
          tried++
        }
    expect(tried).toBeGreaterThan(3000)
  })
})

const implausible = ({ misses }: ReturnType<typeof normalise>) =>
  misses.filter(({ reason }) => reason === 'implausible').length

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function changed(answers: ReadonlyMap<string, Value>, changes: readonly Change[]): ReadonlyMap<string, Value> {
  const objects = [...answers.keys()]
  const made = new Map(answers)
  for (const { at, value, index, rows } of changes) {
    const object = objects[at % objects.length] ?? ''
    const column = object.slice(0, object.lastIndexOf('.'))
    if (index === null) made.set(object, value)
    else made.set(`${column}.${index.join('.')}`, value)
    for (let row = 0; row < rows && made.size < 4096; row += 1) made.set(`${column}.${row + 1000}`, value)
  }
  return made
}
