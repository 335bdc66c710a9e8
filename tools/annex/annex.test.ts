import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gaps } from './catalogue.ts'
import { annex } from './document.ts'
import { documents } from './documents.ts'
import { outgoingFields, settable } from './fields.ts'

const root = join(import.meta.dirname, '../..')
const schemas = join(root, 'packages/wire/schemas')

describe('the annex on data protection', () => {
  it('cannot be made while a field is described by nobody, or a description has lost its field', async () => {
    const fields = await outgoingFields(schemas)
    const more = [...fields, { message: 'reading', path: 'identity.owner' } as const]
    expect(gaps(more)).toEqual({ untold: ['reading identity.owner'], vain: [] })
    const less = fields.filter(({ path }) => path !== 'identity.contact')
    expect(annex('en', { fields: less, names: [], masks: [] })).toEqual({
      ok: false,
      untold: [],
      vain: ['reading identity.contact'],
    })
  })

  it('knows every field of every message that leaves the network', async () => {
    const fields = await outgoingFields(schemas)
    expect(gaps(fields)).toEqual({ untold: [], vain: [] })
    expect(fields.length).toBeGreaterThan(75)
    expect(fields).toContainEqual({ message: 'reading', path: 'supplies[].level.capacity' })
  })

  it('is not stale: run `npm run annex` after changing a message or a sentence', async () => {
    const made = await documents(root)
    expect(made.size).toBe(3)
    for (const [file, document] of made)
      expect([file, document.ok && document.text]).toEqual([file, await readFile(join(root, file), 'utf8')])
  })

  it('says in both languages which fields can be left out, as the settings have it', async () => {
    const sources = { fields: await outgoingFields(schemas), ...(await settable(schemas)) }
    expect(sources.masks).toEqual(expect.arrayContaining(['address', 'hostName', 'mac', 'location']))
    const [english, german] = [annex('en', sources), annex('de', sources)]
    expect(english.ok && english.text).toContain(
      '| IP address | `address` | so that a technician finds the device | possible | yes |',
    )
    expect(german.ok && german.text).toContain(
      '| Seriennummer | `identity.serial` | um Geräte zu unterscheiden | nein |  |',
    )
  })
})
