import type { Miss, ReadKind } from '@platen/model'
import { describe, expect, it } from 'vitest'
import { cutShort, makeReading } from '../testing/rig.ts'
import { standingsOf } from './sections.ts'

const whole = makeReading({ at: '2026-11-16T09:00:00.000Z' })
const unread = (misses: readonly Miss[], reading = whole) =>
  Object.entries(standingsOf({ ...reading, misses }))
    .filter(([, standing]) => standing < 2)
    .map(([section]) => section)
const miss = (subject: string, reason: Miss['reason'] = 'silent'): Miss => ({ subject, reason, detail: '' })

describe('which sections a reading really read', () => {
  it('is all of them, also where the printer has nothing to say or said one thing badly', () => {
    expect(unread([])).toEqual([])
    expect(unread([miss('meters', 'absent'), miss('serial', 'placeholder'), miss('alerts', 'tooMany')])).toEqual([])
    expect(unread([miss('supply 1.2 level', 'malformed'), miss('total.all.all.all/impressions', 'malformed')])).toEqual(
      [],
    )
    expect(unread([miss('upTime', 'malformed'), miss('errors', 'malformed'), miss('answers', 'refused')])).toEqual([])
  })

  it('is not what a table feeds that was silent, refused or malformed', () => {
    expect(unread([miss('device', 'refused')])).toEqual(['identity', 'status'])
    expect(unread([miss('marker')])).toEqual(['meters'])
    expect(unread([miss('colorants', 'malformed')])).toEqual(['supplies'])
    expect(unread([miss('inputs')])).toEqual(['inputs'])
    expect(unread([miss('alerts')])).toEqual(['alerts'])
  })

  it('is not what single objects may feed, nor meters and supplies where a table of the maker was lost', () => {
    expect(unread([miss('objects 1 to 22')])).toEqual(['identity', 'meters', 'supplies', 'status'])
    expect(unread([miss('modes')])).toEqual(['meters', 'supplies'])
  })

  it('is what a visit asked for, and nothing else', () => {
    const visited = (kind: ReadKind) => ({ ...whole, visit: { kind, keptAt: whole.at, kept: [] } })
    expect(unread([], visited('steady'))).toEqual([])
    expect(unread([], visited('supplies'))).toEqual(['meters'])
    expect(unread([], visited('status'))).toEqual(['meters', 'supplies', 'inputs'])
    expect(unread([], visited('meters'))).toEqual(['supplies', 'inputs', 'status', 'alerts'])
    expect(standingsOf({ ...visited('meters'), supplies: [] })).toMatchObject({ supplies: 0, meters: 2, identity: 2 })
  })

  it('tells nothing from some', () => {
    expect(standingsOf(cutShort(whole, 'marker', 'supplies'))).toMatchObject({ meters: 0, supplies: 0, alerts: 2 })
    expect(standingsOf({ ...whole, misses: [miss('marker')] })).toMatchObject({ meters: 1, supplies: 2 })
  })
})
