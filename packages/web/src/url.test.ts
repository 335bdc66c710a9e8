import { devicesQuerySchema } from '@platen/central/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { insideAddress, parseSearch, readQuery, stringifySearch } from './url.ts'

describe('a page whose state is in its address', () => {
  it('refuses to lead to another site after signing in', () => {
    for (const address of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '',
      undefined,
    ])
      expect(insideAddress(address)).toBe('/')
    expect(insideAddress('/fleet?page=2')).toBe('/fleet?page=2')
  })

  it('drops a field that does not fit and keeps the others', () => {
    const search = readQuery(devicesQuerySchema, {
      page: 'abc',
      sort: 'colour',
      status: 'down',
      size: '9999',
      alerts: 'perhaps',
    })
    expect(search).toEqual({ sort: 'model', order: 'asc', page: 1, size: 50, status: 'down' })
  })

  it('reads numbers and switches from text as well as from values', () => {
    expect(readQuery(devicesQuerySchema, { page: 3, alerts: true })).toMatchObject({ page: 3, alerts: true })
    expect(readQuery(devicesQuerySchema, { page: '3', alerts: 'true' })).toMatchObject({ page: 3, alerts: true })
  })

  it('writes plain pairs and leaves out what is not there', () => {
    expect(stringifySearch({ page: 2, search: '', place: undefined, vendor: 'Acme & Co' })).toBe(
      '?page=2&vendor=Acme+%26+Co',
    )
    expect(stringifySearch({})).toBe('')
  })

  it('reads back what it wrote, whatever is searched for', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(parseSearch(stringifySearch({ search: text.toWellFormed() }))).toEqual({ search: text.toWellFormed() })
      }),
    )
  })
})
