/** What travels with a reading is enough to make its meters again, and costs what it may. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { carryAnswers, normalise, observationOf } from '@platen/collector'
import { meterObjects, withKnown } from '@platen/collector/interpret'
import { toJson } from '@platen/wire'
import { describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE, readRecording, recordingsIn } from './catalogue.ts'

/** Bytes that a reading of one device may cost on the way, compressed. */
const READING_MOST = 2_000
/** Readings of one envelope. */
const TOGETHER = 50

describe('the answers that travel with a reading', () => {
  it('make the same meters and checks again, of every recording, and cost less than 2 kB of an envelope', async () => {
    const instructions = await checkedInInstructions()
    const lines: string[] = []
    for (const path of await recordingsIn(join(KNOWLEDGE, 'recordings'))) {
      const { printer, name } = await readRecording(path, instructions)
      if (printer === null) continue
      const { profile, observation, reading } = printer
      const carried = carryAnswers(reading, observation, profile)
      const { id, at, monotonic, address } = carried
      const again = normalise({
        observation: observationOf(carried.observation),
        profile: withKnown(profile, meterObjects(profile)).profile,
        instructions,
        stamp: { id, at, monotonic, address },
      })
      expect(again.meters, name).toEqual(reading.meters)
      expect(again.checks, name).toEqual(reading.checks)
      lines.push(JSON.stringify(toJson(carried)))
    }
    expect(lines.length).toBeGreaterThan(30)
    const body = lines.slice(0, TOGETHER).join('\n')
    expect(gzipSync(body).length / Math.min(TOGETHER, lines.length)).toBeLessThan(READING_MOST)
  })

  it('are not interpreted by rules for objects that were not asked, and by all others', async () => {
    const { profiles } = await checkedInInstructions()
    const standard = profiles.find(({ profile }) => profile === 'standard')
    if (standard === undefined) throw new Error('there is always a standard profile')
    const known = meterObjects(standard)
    expect(withKnown(standard, known)).toEqual({ profile: standard, isWhole: true })
    const life = '1.3.6.1.2.1.43.10.2.1.4'
    expect(known).toContain(life)
    const less = withKnown(standard, new Set([...known].filter((object) => object !== life)))
    expect([less.isWhole, less.profile.meters]).toEqual([false, standard.meters.slice(1)])
  })
})
