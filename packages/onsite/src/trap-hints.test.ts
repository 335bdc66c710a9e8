import { describe, expect, it } from 'vitest'
import { TrapHints } from './trap-hints.ts'

const MINUTE = 60_000

function made() {
  const clock = { at: 1_000, now: () => clock.at }
  return { clock, hints: new TrapHints(clock) }
}

describe('hints of traps', () => {
  it('make nobody look at a printer more than once in ten minutes, however much it tells', () => {
    const { clock, hints } = made()
    const looks: number[] = []
    for (let second = 0; second < 3_600; second++) {
      clock.at = second * 1_000
      hints.hear('10.0.0.1')
      if (hints.takeDue().length > 0) looks.push(second)
    }
    expect(looks.length).toBe(6)
    expect(Math.min(...looks.slice(1).map((at, index) => at - (looks[index] ?? 0)))).toBe(600)
  })

  it('wait until the printer has said it in its tables too, and count several for one event once', () => {
    const { clock, hints } = made()
    hints.hear('10.0.0.1')
    clock.at += 10_000
    hints.hear('10.0.0.1')
    expect(hints.takeDue()).toEqual([])
    expect(hints.nextAt).toBe(16_000)
    clock.at = 16_000
    expect(hints.takeDue()).toEqual(['10.0.0.1'])
    expect(hints.nextAt).toBe(Number.POSITIVE_INFINITY)
  })

  it('lose nothing that is told while a printer rests: it is looked at afterwards', () => {
    const { clock, hints } = made()
    hints.hear('10.0.0.1')
    clock.at += 15_000
    hints.takeDue()
    clock.at += 5_000
    hints.hear('10.0.0.1')
    expect(hints.nextAt).toBe(16_000 + 10 * MINUTE)
    clock.at = hints.nextAt
    expect(hints.takeDue()).toEqual(['10.0.0.1'])
  })

  it('come in turns when a whole building tells at once, and are settled by a round', () => {
    const { clock, hints } = made()
    for (let at = 0; at < 150; at++) hints.hear(`10.0.${at}.1`)
    clock.at += 15_000
    expect([hints.takeDue().length, hints.takeDue().length, hints.takeDue().length]).toEqual([64, 64, 22])
    hints.hear('10.0.200.1')
    hints.allRead()
    clock.at += 60 * MINUTE
    expect(hints.takeDue()).toEqual([])
  })
})
