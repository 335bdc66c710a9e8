import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSnmprec } from './recordings.ts'

const corpus = resolve(import.meta.dirname, '../../../../shared/corpus')

const soleValue = (line: string) => parseSnmprec(line).rows[0]?.value

describe('a recording', () => {
  it('leaves out lines that are none and says where they were', () => {
    const { rows, problems } = parseSnmprec(
      '1.3.6.1.2.1.1.5.0|4|a\nnonsense\n1.3.6.1.2.1.1.6.0|4\n1.3.x|4|b\n1.3.6.1|99|c',
    )
    expect(rows.map(({ oid }) => oid.text)).toEqual(['1.3.6.1.2.1.1.5.0'])
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 5])
  })

  it('refuses numbers that do not fit their type', () => {
    const { rows, problems } = parseSnmprec(
      '1.3.1|2|2147483648\n1.3.2|65|-1\n1.3.3|66|4294967296\n1.3.4|70|18446744073709551616\n1.3.5|2|twelve\n1.3.6|64|1.2.3.400',
    )
    expect(rows).toEqual([])
    expect(problems).toHaveLength(6)
  })

  it('refuses object identifiers that SNMP cannot carry', () => {
    const arcs = Array.from({ length: 129 }, () => '1').join('.')
    expect(parseSnmprec(`1.40|5|\n3.1|5|\n1.3.4294967296|5|\n${arcs}|5|\n1.03|5|`).problems).toHaveLength(5)
  })

  it('says that a line asks for a module of another simulator', () => {
    expect(parseSnmprec('1.3.6.1|4:delay|value=a,wait=10').problems).toEqual([
      { line: 1, why: 'asks for the module 4:delay' },
    ])
  })

  it('sorts what is out of order by OID, not by text, and says so once', () => {
    const { rows, problems } = parseSnmprec('1.3.6.1.10|2|3\n1.3.6.1.9|2|2\n1.3.6.1|2|1')
    expect(rows.map(({ oid }) => oid.text)).toEqual(['1.3.6.1', '1.3.6.1.9', '1.3.6.1.10'])
    expect(problems).toEqual([{ line: 2, why: 'not in order of OID; sorted' }])
  })

  it('keeps the first of two lines with one OID', () => {
    const { rows, problems } = parseSnmprec('1.3.6.1.9|2|2\n1.3.6.1.9|2|3')
    expect(rows.map(({ value }) => value)).toEqual([{ type: 'integer', value: 2 }])
    expect(problems.map(({ line }) => line)).toEqual([2])
  })

  it('passes over comments, blank lines and carriage returns', () => {
    expect(parseSnmprec('# made by us\r\n\r\n1.3.6.1.9|2|2\r\n')).toMatchObject({ rows: [{}], problems: [] })
  })

  it.each([
    ['1.3.6.1|2|-5', { type: 'integer', value: -5 }],
    ['1.3.6.1|4|a|b', { type: 'octets', value: Uint8Array.from([0x61, 0x7c, 0x62]) }],
    ['1.3.6.1|4x|00fF', { type: 'octets', value: Uint8Array.of(0, 255) }],
    ['1.3.6.1|4x|', { type: 'octets', value: new Uint8Array(0) }],
    ['1.3.6.1|5|', { type: 'null' }],
    ['1.3.6.1|64|10.0.0.1', { type: 'address', value: '10.0.0.1' }],
    ['1.3.6.1|64x|0a000001', { type: 'address', value: '10.0.0.1' }],
    ['1.3.6.1|65|4294967295', { type: 'counter32', value: 4_294_967_295 }],
    ['1.3.6.1|66|7', { type: 'gauge32', value: 7 }],
    ['1.3.6.1|67|100', { type: 'timeTicks', value: 100 }],
    ['1.3.6.1|68x|9f7804', { type: 'opaque', value: Uint8Array.of(0x9f, 0x78, 4) }],
    ['1.3.6.1|70|18446744073709551615', { type: 'counter64', value: 18_446_744_073_709_551_615n }],
  ])('reads %s', (line, value) => {
    expect(soleValue(line)).toEqual(value)
  })

  it('reads an OID as a value', () => {
    const value = soleValue('1.3.6.1|6|1.3.6.1.4.1.99999.1')
    expect(value?.type === 'oid' && value.value.text).toBe('1.3.6.1.4.1.99999.1')
  })

  it('never throws, whatever the text', () => {
    const line = fc.tuple(
      fc.oneof(fc.constant('1.3.6.1.2'), fc.string()),
      fc.oneof(fc.constantFrom('2', '4x', '6', '64', '64x', '65x', '70', '70x'), fc.string()),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { rows } = parseSnmprec(lines.map((parts) => parts.join('|')).join('\n'))
        for (const [index, row] of rows.entries()) {
          const before = rows[index - 1]
          expect(before === undefined || before.oid.compare(row.oid) < 0).toBe(true)
        }
      }),
    )
  })
})

describe.skipIf(!existsSync(corpus))('the corpus of real recordings (skipped where ../shared is missing)', () => {
  const files = existsSync(corpus)
    ? ['recordings', 'nonprinters', 'odd'].flatMap((folder) =>
        readdirSync(join(corpus, folder)).map((name) => join(corpus, folder, name)),
      )
    : []

  it('is read whole: every line is a row or a problem', () => {
    let rows = 0
    for (const file of files) {
      const text = readFileSync(file, 'utf8')
      const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')).length
      const read = parseSnmprec(text)
      const lost = read.problems.filter(({ why }) => !why.startsWith('not in order')).length
      expect(read.rows.length + lost, file).toBe(lines)
      rows += read.rows.length
    }
    expect(files.length).toBeGreaterThan(100)
    expect(rows).toBeGreaterThan(80_000)
  })
})
