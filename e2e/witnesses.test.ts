import { describe, expect, it } from 'vitest'
import { manifestWords, witnesses } from './witnesses.ts'

const manifest =
  'file\torigin\tvendor\tmodel\nrecordings/press.snmprec\tus\tAcme\tPress 9\nrecordings/bare.snmprec\tus\t\t'

describe('the witnesses', () => {
  it('are refused where the manifest does not name them, or names neither vendor nor model', () => {
    expect(() => manifestWords(manifest, 'missing')).toThrow('names no vendor and model of missing')
    expect(() => manifestWords(manifest, 'bare')).toThrow('names no vendor and model of bare')
    expect(manifestWords(manifest, 'press')).toEqual({ vendor: 'Acme', model: 'Press 9' })
  })

  it('are at least twelve, each with a vendor and a model', () => {
    const all = witnesses()
    expect(all.length).toBeGreaterThanOrEqual(12)
    expect(all.filter(({ vendor, model }) => vendor === '' || model === '')).toEqual([])
  })
})
