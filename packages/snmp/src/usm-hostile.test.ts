import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { badInputPath, hasBadInput } from './badinput.testing.ts'
import { Writer } from './ber.ts'
import { FakeDevice, lastSent, oids, settled } from './fakes.testing.ts'
import type { Outcome, User } from './index.ts'
import { writeValues } from './pdu.ts'
import { randomSalts, scopedPdu, sealMessage } from './usm.ts'
import { connectV3, ENGINE_ID, KEEPER, PRINTER, replyOf, SIGNER, targetOf, v3World, type World } from './v3.testing.ts'

const NAMES = oids('1.3.6.1.2.1.1.1.0')
const GENUINE = new FakeDevice({ '1.3.6.1.2.1.1.1.0': { type: 'octets', value: Buffer.from('genuine') } })
/** The ids that the hostile messages were made for. */
const MESSAGE_ID = 0x1122_3344
const REQUEST_ID = 0x1234_5678
const FIRST_ID = 0x0080_0000

interface UsmCase {
  readonly name: string
  readonly hex: string
  readonly expect: string
}

/** A client whose ids are those of the hostile messages; its engine has counted 7 boots and 1,000 seconds. */
function worldOf(users: readonly User[]): World {
  let throws = 0
  return v3World({ users, ids: () => (throws++ % 2 === 0 ? MESSAGE_ID : REQUEST_ID) - FIRST_ID })
}

/** A world whose client has already got a signed answer. */
async function taughtWorld(user: User): Promise<World> {
  const world = worldOf([user])
  connectV3(world, world.authority, GENUINE)
  expect(fateOf(await world.client.session(targetOf(user)).get(NAMES))).toBe('drop')
  world.net.answer = () => {}
  return world
}

/** Asks, lets the hostile datagram come first and the genuine answer 15 ms later. */
async function meet(world: World, user: User, hostile: Uint8Array): Promise<Outcome> {
  const { client, clock, net, authority } = world
  const outcome = client.session(targetOf(user)).get(NAMES)
  await settled()
  net.arrive(hostile, PRINTER)
  await clock.advance(15)
  connectV3(world, authority, GENUINE)
  const reply = replyOf(authority, GENUINE, lastSent(net).bytes)
  if (reply !== undefined) net.arrive(reply, PRINTER)
  await clock.advance(15)
  return outcome
}

function fateOf(outcome: Outcome): string {
  if (!outcome.ok) return outcome.reason
  const value = outcome.varbinds[0]?.value
  if (value?.type !== 'octets') return 'nothing'
  const text = Buffer.from(value.value).toString()
  return text === 'genuine' ? 'drop' : text === 'OK' ? 'accept' : text
}

const FATES: Readonly<Record<string, string>> = {
  accept: 'accept',
  drop: 'drop',
  'drop-keep-waiting': 'drop',
  'must-not-move-clock': 'drop',
}

const CASES: UsmCase[] = hasBadInput
  ? JSON.parse(readFileSync(badInputPath('own/usm-hostile-messages.json'), 'utf8')).cases
  : []

describe.skipIf(!hasBadInput)('hostile v3 messages', () => {
  it('are all looked at', () => {
    expect(CASES).toHaveLength(44)
  })

  it.each(CASES.map((one) => [one.name, one.expect, one.hex] as const))('%s: %s', async (_name, expected, hex) => {
    const world = await taughtWorld(SIGNER)
    expect(fateOf(await meet(world, SIGNER, Buffer.from(hex, 'hex')))).toBe(FATES[expected])
    // Whatever it was, the clock is what it was: the next question is answered at once, without a Report.
    const before = world.net.sent.length
    connectV3(world, world.authority, GENUINE)
    expect(fateOf(await world.client.session(targetOf(SIGNER)).get(NAMES))).toBe('drop')
    expect(world.net.sent.length - before).toBe(1)
  })

  it.each(CASES.map((one) => [one.name, one.hex] as const))(
    '%s is not believed where privacy was asked for',
    async (_name, hex) => {
      const user: User = { ...SIGNER, privacy: { protocol: 'des', password: 'maplesyrup' } }
      expect(fateOf(await meet(await taughtWorld(user), user, Buffer.from(hex, 'hex')))).toBe('drop')
    },
  )

  it.each(CASES.map((one) => [one.name, one.hex] as const))(
    '%s does no harm in place of an engine’s id',
    async (_name, hex) => {
      const world = worldOf([SIGNER])
      expect(fateOf(await meet(world, SIGNER, Buffer.from(hex, 'hex')))).toBe('drop')
    },
  )
})

/** How many forged answers are tried: FORGED=1000000 before a release. */
const FORGED = Number(process.env.FORGED ?? 20_000)

describe('forged answers', () => {
  it(`to a question with privacy are believed 0 times in ${FORGED}`, { timeout: 60_000 + FORGED }, async () => {
    const world = await taughtWorld(KEEPER)
    const { client, net } = world
    const outcome = client.session(targetOf(KEEPER)).get(NAMES)
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
    const forge = forger(seed)
    for (let count = 0; count < FORGED; count++) net.arrive(forge(), PRINTER)
    await settled()
    const { answered, wrongLevel, wrongDigest, wrongUser, wrongEngine, unproven } = client.stats
    // The discovery, the lesson in time and the genuine first answer were believed; nothing else.
    expect({ answered, seed }).toEqual({ answered: 3, seed })
    for (const counted of [wrongLevel, wrongDigest, wrongUser, wrongEngine, unproven])
      expect(counted).toBeGreaterThan(0)
    const reply = replyOf(world.authority, GENUINE, lastSent(net).bytes)
    net.arrive(reply ?? new Uint8Array(0), PRINTER)
    expect(fateOf(await outcome)).toBe('drop')
  })
})

/** Makes answers of somebody who saw the question and knows everything but the passwords. */
function forger(seed: number): () => Uint8Array {
  const dice = diceOf(seed)
  const pick = <T>(...choices: readonly [T, ...T[]]): T => choices[dice() % choices.length] ?? choices[0]
  const noise = (length: number) => Uint8Array.from({ length }, () => dice() & 0xff)
  const salts = randomSalts()
  return () => {
    const writer = new Writer()
    const isReport = dice() % 4 === 0
    const name = isReport ? oids(`1.3.6.1.6.3.15.1.1.${1 + (dice() % 7)}.0`) : NAMES
    const varbinds = name.map((oid) => ({ oid, value: { type: 'counter32', value: 666 } as const }))
    writeValues(writer, isReport ? 'report' : 'response', { id: pick(REQUEST_ID, REQUEST_ID, 0), varbinds })
    const engineId = pick(ENGINE_ID, ENGINE_ID, ENGINE_ID, noise(8), new Uint8Array(0))
    const bytes = sealMessage(
      {
        messageId: MESSAGE_ID,
        flags: pick(0, 4),
        engineId,
        boots: pick(7, 8, 900_000),
        time: pick(1_000, 1, 2_147_483_647),
        user: pick(Buffer.from('fleet'), Buffer.from('fleet'), noise(5), new Uint8Array(0)),
        scoped: scopedPdu(writer.take(), ENGINE_ID, new Uint8Array(0)),
      },
      undefined,
      salts,
    )
    return pick(bytes, signedWith(bytes, noise(pick(12, 12, 1, 0, 24))))
  }
}

/** The same message with the flags of a signed one and a digest out of the air. */
function signedWith(bytes: Uint8Array, digest: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('hex')
  // Flags, model, then the parameters; the digest and the salt are the two empty strings before the ScopedPDU.
  const at = text.indexOf('04000400', text.indexOf('020103', 12)) / 2
  const grown = [...bytes.subarray(0, at), 4, digest.length, ...digest, ...bytes.subarray(at + 2)]
  const flagsAt = text.indexOf('0401', 12) / 2 + 2
  const parametersAt = text.indexOf('02010304', 12) / 2 + 3
  grown[flagsAt] = 1
  for (const lengthAt of [1, parametersAt + 1, parametersAt + 3])
    grown[lengthAt] = (grown[lengthAt] ?? 0) + digest.length
  return Uint8Array.from(grown)
}

/** Dice that throw the same for the same seed (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}
