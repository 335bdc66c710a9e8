/** Two Onsites on one scope, as services by a clock that does not wait: one reads, the other only calls, until Central tells it otherwise. */
import { afterEach, expect, it } from 'vitest'
import { plainSettings } from './fake-central.testing.ts'
import { hastyClock, printer, Rig } from './rig.testing.ts'
import { run } from './run.ts'
import type { RoundDone } from './whole-round.ts'

const rig = new Rig()
afterEach(() => rig.clear())

it('reads nothing on standby, keeps calling, and reads at once when the rounds are handed to it', async () => {
  const { fleet, port } = await rig.fleet({ base: '127.35.0.1', recordings: [printer], count: 1 })
  const [first, second] = [await rig.central(), await rig.central()]
  const scope = 'demo = true\nranges = ["127.35.0.1"]\n'
  const working = await rig.enrolled({ scope, central: first, snmpPort: port })
  expect(await working.onsite.round()).toMatchObject({ ok: true, tally: { read: 1 } })

  const world = rig.world()
  const clock = hastyClock(world.clock)
  second.settings = { ...plainSettings, duty: 'standby', partner: 'Head office' }
  const changes = { world: { ...world, clock } }
  const waiting = await rig.enrolled({ scope, central: second, snmpPort: port, changes })
  const before = fleet.asked()
  const stop = new AbortController()
  const ends: { readonly at: number; readonly done: RoundDone }[] = []
  let contacts = 0
  let handedOver = 0
  await run(waiting.onsite, {
    signal: stop.signal,
    onRound: (done) => {
      ends.push({ at: clock.now(), done })
      if (done.ok) stop.abort()
    },
    onContact: () => {
      contacts += 1
      if (contacts === 12) {
        expect(fleet.asked()).toBe(before)
        second.settings = { ...second.settings, version: 2, duty: 'active' }
      }
      if (contacts === 13) handedOver = clock.now()
    },
  })
  const last = ends.at(-1)
  expect(ends.length).toBeGreaterThan(2)
  for (const { done } of ends.slice(0, -1))
    expect(done).toEqual({ ok: false, reason: 'standby', detail: 'Head office' })
  expect(last?.done).toMatchObject({ ok: true, tally: { read: 1 } })
  expect((last?.at ?? 0) - handedOver).toBeLessThan(60_000)

  // The first one comes back, hears that it is on standby, and leaves the printer alone.
  first.settings = { ...first.settings, version: 2, duty: 'standby', partner: 'Cellar' }
  expect(await working.onsite.deliver()).toMatchObject({ ok: true, settingsChanged: true })
  const after = fleet.asked()
  expect(await working.onsite.round()).toMatchObject({ ok: false, reason: 'standby' })
  expect(fleet.asked()).toBe(after)
})
