import { describe, expect, it } from 'vitest'
import { addressesOf } from './addresses.ts'

describe('the addresses of a range', () => {
  it.each([
    '10.0.0.0/33',
    '10.0.0/24',
    '10.0.0.256',
    '10.0.0.9-10.0.0.1',
    '10.0.0.1-300',
    '2001:db8::/64',
    'printer',
    '',
  ])('are refused if it is %j', (range) => {
    expect(() => addressesOf(range)).toThrow(RangeError)
  })

  it.each([
    ['10.0.0.7', ['10.0.0.7']],
    ['2001:db8::7', ['2001:db8::7']],
    ['10.0.0.7/32', ['10.0.0.7']],
    ['10.0.0.7/31', ['10.0.0.6', '10.0.0.7']],
    ['10.0.0.9/30', ['10.0.0.9', '10.0.0.10']],
    ['10.0.0.254-10.0.1.1', ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1']],
    ['255.255.255.252/30', ['255.255.255.253', '255.255.255.254']],
  ])('%s are these', (range, expected) => {
    expect([...addressesOf(range)]).toEqual(expected)
  })

  it('of a /16 are 65,534, none of them twice', () => {
    expect(new Set(addressesOf('172.16.0.0/16')).size).toBe(65_534)
  })

  it('are made one by one: a /0 begins at once', () => {
    for (const address of addressesOf('0.0.0.0/0')) {
      expect(address).toBe('0.0.0.1')
      break
    }
  })
})
