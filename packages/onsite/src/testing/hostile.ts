/**
 * Honest printers among hostile ones: a round must read every honest printer, end each hostile one in a named fate and with nothing that it
 * did not say, and not take for ever.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { sealUserSecret } from '@platen/wire'
import { z } from 'zod'
import { plainSettings } from '../fake-central.testing.ts'
import type { Onsite } from '../onsite.ts'
import { Rig } from '../rig.testing.ts'
import type { KeptReading } from '../round.ts'
import { accessOwner } from '../seal.ts'
import type { Fate } from '../tally.ts'
import { BEHAVIOURS, type Met, TIMEOUT, USER } from './behaviours.ts'
import type { Crowd } from './crowd.ts'

/** What came of it. Times are milliseconds of a round. */
export interface HostileReport {
  readonly honest: number
  /** Honest printers that were not read. */
  readonly missed: readonly string[]
  /** The hostile ones' fates by behaviour, and what is wrong with how they ended. */
  readonly fates: Readonly<Record<string, string>>
  readonly wrong: readonly string[]
  readonly without: number
  readonly among: number
  readonly bugs: readonly string[]
}

/** Reads so many honest printers alone, then among the hostile ones. */
export async function amongHostile(honest: number): Promise<HostileReport> {
  const rig = new Rig()
  try {
    const names = Object.keys(BEHAVIOURS)
    const without = await readAll(rig, { base: '127.35.0.1', honest, hostile: [] })
    const quiet = names.filter((name) => BEHAVIOURS[name]?.isLoud !== true)
    const loud = names.filter((name) => !quiet.includes(name))
    const among = await readAll(
      rig,
      { base: '127.36.0.1', honest, hostile: quiet },
      { base: '127.37.0.1', honest: 0, hostile: loud },
    )
    const missed = among.place.honest.filter((address) => among.met(address).fate !== 'read')
    const ends = names.map((name) => [name, (among.place.hostile[name] ?? []).map(among.met)] as const)
    const wrong = ends.flatMap(([name, met]) => {
      const fault = BEHAVIOURS[name]?.judge(met) ?? null
      return fault === null ? [] : [`${name}: ${fault}`]
    })
    const fates = Object.fromEntries(ends.map(([name, met]) => [name, met.map(({ fate }) => fate).join(' ')]))
    const bugs = rig.lines.filter(({ level }) => level === 'error').map(({ what, detail }) => `${what}: ${detail}`)
    return { honest, missed, fates, wrong, without: without.milliseconds, among: among.milliseconds, bugs }
  } finally {
    await rig.clear()
  }
}

const placeSchema = z.object({
  port: z.int(),
  honest: z.array(z.string()),
  hostile: z.record(z.string(), z.array(z.string())),
})

async function placed(rig: Rig, crowd: Crowd): Promise<z.output<typeof placeSchema>> {
  const thread = new Worker(new URL('./crowd.ts', import.meta.url), { workerData: crowd })
  rig.later(async () => void (await thread.terminate()))
  const [place] = z.tuple([placeSchema]).parse(await once(thread, 'message'))
  return place
}

async function readAll(rig: Rig, crowd: Crowd, ...others: readonly Crowd[]) {
  const central = await rig.central()
  central.settings = { ...plainSettings, timeoutMs: TIMEOUT, tries: 3 }
  const first = await placed(rig, crowd)
  const { port } = first
  const more = await Promise.all(others.map((other) => placed(rig, { ...other, port })))
  const hostile = Object.fromEntries([first, ...more].flatMap((one) => Object.entries(one.hostile)))
  const place = { ...first, hostile }
  const addresses = [...place.honest, ...Object.values(place.hostile).flat()]
  const scope = `demo = true\nranges = [${addresses.map((address) => `"${address}"`).join(', ')}]\n`
  const { onsite } = await rig.enrolled({ scope, central, snmpPort: place.port })
  const secured = Object.entries(place.hostile).flatMap(([name, at]) =>
    BEHAVIOURS[name]?.user === undefined ? [] : at,
  )
  if (secured.length > 0) {
    const access = [{ ranges: secured, users: [await sealedUser(onsite)], communities: [] }]
    central.settings = { ...central.settings, version: 2, access }
    const told = await onsite.deliver()
    if (!told.ok) throw new Error(`the users did not arrive: ${told.reason}`)
  }
  const fates = new Map<string, Fate>()
  const kept: KeptReading[] = []
  const done = await onsite.round({
    onFate: (address, fate) => void fates.set(address, fate),
    onKept: (some) => kept.push(...some),
  })
  if (!done.ok) throw new Error(`the round did not begin: ${done.reason}`)
  const met = (address: string): Met => ({
    fate: fates.get(address) ?? 'none',
    readings: kept.filter((one) => one.address === address).map(({ reading }) => reading),
  })
  return { place, met, milliseconds: done.milliseconds }
}

/** The user as Central would hand it to this Onsite. */
async function sealedUser({ store }: Onsite) {
  const owner = accessOwner(store)
  if (owner === null) throw new Error('not enrolled')
  const { name, auth, privacy } = USER
  const user = { name, auth: auth.protocol, privacy: privacy.protocol }
  const passwords = { auth: auth.password, privacy: privacy.password }
  const sealed = await sealUserSecret({ ...user, onsite: owner.onsite }, passwords, owner.sealingKey.publicKey)
  return { ...user, context: '', sealed }
}
