import { describe, expect, it } from 'vitest'
import { compile } from './compile.ts'
import { parseInstructions } from './instructions.ts'
import { acme, acmeInstructions, makers, standard } from './testing/acme.ts'

const problemsOf = (...files: unknown[]): string => {
  const compiled = compile(files, '1')
  return compiled.ok ? '' : compiled.problems.join('\n')
}

describe('compiling profiles', () => {
  it('refuses an object outside the allowed branches', () => {
    const wanders = { ...standard, identity: { description: { get: '1.3.6.1.2.1.6.13.1.1.0' } } }
    expect(problemsOf(wanders, makers)).toContain('outside the allowed branches')
  })

  it('refuses panel text, and every branch that would contain it', () => {
    const panel = { rows: 4, columns: { text: '1.3.6.1.2.1.43.16.5.1.2' } }
    const wholePrinterMib = { rows: 4, columns: { everything: '1.3.6.1.2.1.43' } }
    for (const table of [panel, wholePrinterMib]) {
      expect(problemsOf({ ...standard, tables: { ...standard.tables, table } })).toContain(
        'denied branch 1.3.6.1.2.1.43',
      )
    }
  })

  it('refuses a maker its own denied branch, and an enterprise as a whole', () => {
    const denied = { ...acme, reach: { allow: ['1.3.6.1.4.1.99999.7'], deny: ['1.3.6.1.4.1.99999.7.1'] } }
    expect(problemsOf(standard, denied, makers)).toContain('denied branch 1.3.6.1.4.1.99999.7.1')
    const whole = { ...acme, reach: { allow: ['1.3.6.1.4.1.99999'] } }
    expect(problemsOf(standard, whole, makers)).toContain("not a part of one enterprise's branch")
  })

  it('refuses anything that looks like code, a pattern or an expression', () => {
    for (const term of [{ regex: '.*' }, { get: '1.3.6.1.2.1.1.1.0', transform: 'x => x' }, { eval: '1+1' }]) {
      expect(problemsOf({ ...standard, identity: { description: term } })).not.toBe('')
    }
    expect(problemsOf({ ...standard, script: 'x' })).toContain('script')
  })

  it('refuses names of tables, columns, labels and records that are not there', () => {
    expect(problemsOf({ ...standard, identity: { serial: { rows: 'nowhere', column: 'x' } } })).toContain(
      'table nowhere',
    )
    expect(problemsOf({ ...standard, identity: { serial: { rows: 'device', column: 'x' } } })).toContain('device.x')
    expect(problemsOf({ ...standard, identity: { serial: { label: 'a', in: 'nolabels' } } })).toContain(
      'labels nolabels',
    )
    expect(problemsOf({ ...standard, identity: { serial: { records: 'norecords', tag: '00' } } })).toContain(
      'norecords',
    )
  })

  it('refuses a column that is asked outside the rows of a table', () => {
    expect(problemsOf({ ...standard, identity: { serial: { column: 'serial' } } })).toContain('not evaluated in rows')
    expect(problemsOf({ ...standard, identity: { serial: { part: 1 } } })).toContain('not evaluated in rows')
  })

  it('refuses labels that lead to no word of the model, and axes that could say anything', () => {
    const rule = standard.meters[0]
    expect(problemsOf({ ...standard, meters: [{ ...rule, work: 'printing' }] })).toContain("work may not be 'printing'")
    expect(problemsOf({ ...standard, meters: [{ ...rule, colour: { column: 'unit' } }] })).toContain('come from labels')
    const labels = { ...standard.labels, units: { pages: ['7'] } }
    expect(problemsOf({ ...standard, labels })).toContain("unit may not be 'pages'")
  })

  it('refuses more than the bounds: rows, tables, objects', () => {
    expect(
      problemsOf({ ...standard, tables: { ...standard.tables, marker: { ...standard.tables.marker, rows: 513 } } }),
    ).toContain('513 rows')
    const table = (at: number) => [`t${at}`, { rows: 1, columns: { c: `1.3.6.1.2.1.43.9.2.1.${at}` } }]
    const many = Object.fromEntries(Array.from({ length: 14 }, (_, at) => table(at + 1)))
    expect(problemsOf({ ...standard, tables: { ...standard.tables, ...many } })).toContain('17 tables')
    const columns = Object.fromEntries(
      Array.from({ length: 400 }, (_, at) => [`c${at}`, `1.3.6.1.2.1.43.9.2.1.${at + 1}`]),
    )
    expect(problemsOf({ ...standard, tables: { ...standard.tables, wide: { rows: 1, columns } } })).toContain(
      'objects, more than 400',
    )
  })

  it('refuses one column in two tables, two profiles for one device, and a base that is not there', () => {
    const twin = { rows: 1, columns: { again: standard.tables.marker.columns.life } }
    expect(problemsOf({ ...standard, tables: { ...standard.tables, twin } })).toContain('as marker.life is')
    expect(problemsOf(standard, acme, { ...acme, profile: 'other' }, makers)).toContain(
      'two profiles claim 1.3.6.1.4.1.99999.7',
    )
    expect(problemsOf(standard, { ...acme, extends: 'nothing' })).toContain('extends nothing')
    expect(problemsOf({ ...standard, profile: 'lonely' })).toContain("no profile 'standard'")
  })

  it('refuses the name of a check that no reader could put into words, and takes it in a bundle that arrives', () => {
    const [rule] = standard.meters
    expect(problemsOf({ ...standard, meters: [{ ...rule, name: 'life count' }] })).toContain("called 'life count'")
    const checks = [{ name: 'all = total', left: { meters: { colour: 'each' } }, right: { meters: {} } }]
    expect(problemsOf({ ...standard, checks })).toContain("called 'all = total'")
    const newer: unknown = JSON.parse(JSON.stringify(acmeInstructions()).replaceAll('"lifeCount"', '"drumTurns"'))
    expect(JSON.stringify(newer)).toContain('drumTurns')
    expect(parseInstructions(newer).ok).toBe(true)
  })

  it('refuses a character set nobody can decode', () => {
    expect(problemsOf({ ...standard, charset: { fallback: 'klingon' } })).toContain("'klingon'")
  })

  it("puts a maker's rules before the standard's and keeps the standard's supplies first", () => {
    const merged = acmeInstructions().profiles.find(({ profile }) => profile === 'acme')
    expect(merged?.meters.map(({ name }) => name)).toEqual([undefined, undefined, undefined, 'lifeCount'])
    expect(merged?.supplies.map(({ rows }) => rows)).toEqual(['supplies', undefined])
    expect(Object.keys(merged?.tables ?? {}).sort()).toEqual(['device', 'marker', 'modes', 'supplies'])
  })

  it('gives every profile the shared words it names, and no others', () => {
    const words = { words: { units: { sheets: ['9'] }, unused: { a: ['b'] } }, placeholders: { any: ['nothing'] } }
    const compiled = compile([standard, words], '1')
    const labels = compiled.ok ? compiled.instructions.profiles[0]?.labels : {}
    expect(Object.keys(labels ?? {}).sort()).toEqual(['supplyUnits', 'units'])
    expect(labels?.units).toEqual({ impressions: ['7'], sheets: ['8', '9'] })
  })
})

describe('reading instructions that arrive', () => {
  it('refuses what is no bundle, and a bundle changed after it was compiled', () => {
    expect(parseInstructions('<html>').ok).toBe(false)
    expect(parseInstructions({ ...acmeInstructions(), format: 2 }).ok).toBe(false)
    const tampered: unknown = JSON.parse(
      JSON.stringify(acmeInstructions()).replaceAll('1.3.6.1.2.1.43.10.2.1.4', '1.3.6.1.2.1.4.22.1.2'),
    )
    const parsed = parseInstructions(tampered)
    expect(parsed.ok ? '' : parsed.problems.join()).toContain('outside the allowed branches')
  })

  it('takes the compiled bundle back from JSON unchanged', () => {
    const bundle = acmeInstructions()
    expect(parseInstructions(JSON.parse(JSON.stringify(bundle)))).toEqual({ ok: true, instructions: bundle })
  })
})
