import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importCsv, scopeText } from './scope-csv.ts'
import { parseScope } from './scope-file.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function entriesOf(text: string | Uint8Array) {
  const read = importCsv(typeof text === 'string' ? bytes(text) : text)
  return read.ok ? read.entries.map(({ list, entry }) => `${list} ${entry}`) : read.problems
}

function faultsOf(text: string | Uint8Array) {
  const read = importCsv(typeof text === 'string' ? bytes(text) : text)
  return read.ok ? [] : read.problems.map(({ line, reason }) => `${line} ${reason}`)
}

describe('a list from a spreadsheet', () => {
  it('is refused with the line of each row that is wrong or could mean two things', () => {
    const text = [
      'From,To,Mask,Type',
      '10.0.0.9,10.0.0.1,,include',
      '010.000.000.001,,,',
      '0x0a000001,,,',
      '10.0.1,,,',
      '="10.0.0.1",,,',
      '@SUM(A1),,,',
      '10.0.0.7,,255.255.255.0,',
      '10.0.0.1,10.0.0.9,255.0.255.0,',
      '10.0.0.1,10.0.0.9,,maybe',
      '"10.0.0.1\n10.0.0.2",,,',
      'fe80::1%eth0,,,',
      ',,,exclude',
    ].join('\n')
    expect(faultsOf(text)).toEqual([
      '2 reversed',
      '3 notARange',
      '4 notARange',
      '5 notARange',
      '6 formula',
      '7 formula',
      '8 hostBits',
      '9 badMask',
      '10 badKind',
      '11 notARange',
      '13 notARange',
      '14 notARange',
    ])
  })
  it('is refused as a whole where it is empty, no text, too long, or has no column of addresses', () => {
    expect(faultsOf('')).toEqual(['null empty'])
    expect(faultsOf('From;To\n;\n')).toEqual(['null empty'])
    expect(faultsOf('10.0.0.1\0')).toEqual(['null notText'])
    expect(faultsOf('Comment;To\nx;10.0.0.1')).toEqual(['1 noColumns'])
    expect(faultsOf('"10.0.0.1')).toEqual(['1 badQuotes'])
    expect(faultsOf('10.0.0.1\n"10.0.0.2"x')).toEqual(['2 badQuotes'])
    expect(faultsOf('10.0.0.1\n'.repeat(1_000_000))).toEqual(['null tooLarge'])
    expect(faultsOf('10.0.0.1\n'.repeat(10_001))).toEqual(['10001 tooMany'])
  })
  it('is read with headings in English or German, separated by comma, semicolon, tab or bar, in quotes or not', () => {
    const wanted = ['ranges 10.0.0.1-10.0.0.9', 'exclude 10.0.0.5']
    expect(entriesOf('From,To,Exclude\n10.0.0.1,10.0.0.9,\n10.0.0.5,,yes\n')).toEqual(wanted)
    expect(entriesOf('Von;Bis;Ausnehmen\r\n10.0.0.1;10.0.0.9;nein\r\n10.0.0.5;10.0.0.5;ja\r\n')).toEqual(wanted)
    expect(entriesOf('IP-Adresse (von)\tIP-Adresse (bis)\tArt\n10.0.0.1\t10.0.0.9\t\n10.0.0.5\t\tAusnahme')).toEqual(
      wanted,
    )
    expect(entriesOf('"Start IP"|"End IP"|"Type"\n"10.0.0.1"|"10.0.0.9"|"range"\n"10.0.0.5"||"EXCLUDE"')).toEqual(
      wanted,
    )
    expect(
      entriesOf('sep=,\r\nBereich,Typ,Bemerkung;x\r\n10.0.0.1 \u2013 10.0.0.9,,"Halle ""2"", hinten"\r\n10.0.0.5,X,'),
    ).toEqual(wanted)
  })
  it('is read without headings: ranges, from and to, masks, names', () => {
    expect(entriesOf('10.0.0.0/24\n10.1.0.0-10.1.0.9\n\n# a remark\n2001:db8::7\n')).toEqual([
      'ranges 10.0.0.0/24',
      'ranges 10.1.0.0-10.1.0.9',
      'ranges 2001:db8::7',
    ])
    expect(entriesOf('10.0.0.0;255.255.255.0\n10.1.0.1;10.1.0.9\n10.2.0.0;10.2.1.255;255.255.255.0')).toEqual([
      'ranges 10.0.0.0 255.255.255.0',
      'ranges 10.1.0.1-10.1.0.9',
      'ranges 10.2.0.0-10.2.1.255 255.255.255.0',
    ])
    expect(entriesOf('copy.example.test,10.0.0.7\nlobby.example.test')).toEqual([
      'hosts copy.example.test=10.0.0.7',
      'hosts lobby.example.test',
    ])
  })
  it('takes a list of printers: the name where it is one of the network, else the address alone, and not its mask', () => {
    const list =
      'Name;IP-Adresse;Subnetzmaske;Standort;Modell\nDrucker 3. OG;10.0.0.7;255.255.255.0;Linz;Acme\ncopy.test;10.0.0.8;255.255.255.0;;\n'
    expect(entriesOf(list)).toEqual(['ranges 10.0.0.7', 'hosts copy.test=10.0.0.8'])
    const read = importCsv(bytes(list))
    expect(read.ok && read.unused).toEqual(['Modell'])
    expect(read.ok && scopeText(read.entries, 'hello')).toContain('"10.0.0.7", # Linz\n')
  })
  it('is read in the encodings that spreadsheets write', () => {
    const text = 'Präfix;Netz\n24;10.0.0.0\n'
    const wanted = ['ranges 10.0.0.0/24']
    expect(entriesOf(`\uFEFF${text}`)).toEqual(wanted)
    expect(entriesOf(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))).toEqual(wanted)
    const little = Uint8Array.from(`\uFEFF${text}`, (letter) => letter.charCodeAt(0) & 255)
    const wide = new Uint8Array(2 * (text.length + 1))
    for (const [at, letter] of [...`\uFEFF${text}`].entries()) {
      wide[2 * at] = letter.charCodeAt(0) & 255
      wide[2 * at + 1] = letter.charCodeAt(0) >> 8
    }
    expect(little).toHaveLength(text.length + 1)
    expect(entriesOf(wide)).toEqual(wanted)
  })
  it('never makes anything but a scope file that can be read, or says what is wrong', () => {
    const cell = fc.oneof(
      fc.constantFrom('10.0.0.1', '10.0.0.0/24', 'a.test', '255.255.255.0', '=1', '"', '# x'),
      fc.string(),
    )
    const row = fc.array(cell, { maxLength: 5 }).map((cells) => cells.join(';'))
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
        const read = importCsv(bytes(rows.join('\n')))
        if (read.ok) {
          const parsed = parseScope(scopeText(read.entries, 'x'))
          const onlyExclusions = read.entries.every(({ list }) => list === 'exclude')
          expect(parsed.ok || onlyExclusions).toBe(true)
        } else expect(read.problems.length).toBeGreaterThan(0)
      }),
    )
  })
})
