import type { Identity } from '@platen/model'
import { describe, expect, it } from 'vitest'
import { evidenceOf, type KnownDevice, lasting, realMac, realSerial, recognise } from './evidence.ts'

const nobody: Identity = {
  vendor: null,
  model: null,
  serial: null,
  assetNumber: null,
  mac: null,
  hostName: null,
  location: null,
  contact: null,
  firmware: null,
  description: null,
  objectId: null,
}
const place = { onsite: 'o1', address: '10.0.0.7' }
const device = (own: Partial<KnownDevice>): KnownDevice => ({ device: 1n, serial: null, mac: null, ...own })

describe('what a device is known by', () => {
  it('takes no placeholder for a serial number', () => {
    for (const none of [
      null,
      '',
      '  ',
      '0000',
      'XXXX',
      'xxxxxxxxxx',
      'N/A',
      'n.a.',
      'none',
      'Unknown',
      '-',
      '123456789',
      'Not Available',
      '0',
    ])
      expect(realSerial(none), `${none}`).toBeNull()
    expect(realSerial(' vnb3k12345 ')).toBe('VNB3K12345')
  })

  it('takes no zeros, broadcast or group address for a MAC', () => {
    for (const none of [null, '', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01', 'nonsense'])
      expect(realMac(none), `${none}`).toBeNull()
    expect(realMac('02:00:5E:10:00:0A')).toBe('02:00:5e:10:00:0a')
  })

  it('is nothing where the device says nothing and its address is withheld', () => {
    expect(evidenceOf(nobody, { onsite: 'o1', address: 'withheld' })).toEqual([])
  })

  it('counts an address only where there is nothing better, and only within one Onsite', () => {
    const weak = evidenceOf(nobody, place)
    expect(weak).toEqual([{ kind: 'address', value: 'o1/10.0.0.7' }])
    expect(lasting(weak)).toEqual(weak)
    const strong = evidenceOf({ ...nobody, vendor: 'Acme', serial: 'A1b2' }, place)
    expect(lasting(strong)).toEqual([{ kind: 'serial', value: 'acme|A1B2' }])
  })

  it('never recognises a device by its MAC when the serial numbers differ', () => {
    const evidence = evidenceOf({ ...nobody, vendor: 'Acme', serial: 'NEW-77', mac: '02:00:5e:10:00:01' }, place)
    const byMac = (known: KnownDevice) => recognise(evidence, ({ kind }) => (kind === 'mac' ? known : undefined))
    expect(byMac(device({ serial: 'OLD-11' }))).toBeNull()
    expect(byMac(device({ mac: '02:00:5e:10:00:01' }))?.device).toBe(1n)
  })

  it('recognises a device by its MAC when the serial number is the same and only the maker was not said before', () => {
    const evidence = evidenceOf({ ...nobody, vendor: 'A|cme', serial: 'same-77', mac: '02:00:5e:10:00:01' }, place)
    const find = (known: KnownDevice) => recognise(evidence, ({ kind }) => (kind === 'mac' ? known : undefined))
    expect(find(device({ serial: 'SAME-77' }))?.device).toBe(1n)
    expect(find(device({ serial: 'same-77' }))?.device).toBe(1n)
    expect(find(device({ serial: 'SAME-78' }))).toBeNull()
  })

  it('never takes whoever has the address now for a device known by more', () => {
    const evidence = evidenceOf(nobody, place)
    const find = (known: KnownDevice) => recognise(evidence, () => known)
    expect(find(device({ serial: 'OLD-11' }))).toBeNull()
    expect(find(device({ mac: '02:00:5e:10:00:01' }))).toBeNull()
    expect(find(device({}))?.device).toBe(1n)
  })
})
