/** Drafts of made-up makers' devices: whatever a device calls its counters, the draft compiles, and says nothing that is not plain. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { probe } from '@platen/collector'
import { meterKey } from '@platen/model'
import { parseSnmprec, type Recording } from '@platen/simulator'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkedInInstructions } from '../knowledge/catalogue.ts'
import { authoredFiles, compileWith } from '../recording/knowledge.ts'
import { deviceOf } from '../score/device.ts'
import { readAsDevice } from '../score/read.ts'
import { type Draft, draftOf } from './draft.ts'
import { guessLabel } from './labels.ts'

const MAIN = resolve(import.meta.dirname, 'main.ts')
const folder = mkdtempSync(join(tmpdir(), 'platen-draft-'))
const ACME = '1.3.6.1.4.1.99999.7'

/** A recording of a device with these labelled counts. */
function device(counts: readonly (readonly [string, string | number])[], life = 1_000): string {
  const lines = [
    '1.3.6.1.2.1.1.1.0|4|Acme Press 9',
    `1.3.6.1.2.1.1.2.0|6|${ACME}.1.5`,
    '1.3.6.1.2.1.25.3.2.1.3.1|4|Acme Press 9',
    '1.3.6.1.2.1.43.10.2.1.3.1.1|2|7',
    `1.3.6.1.2.1.43.10.2.1.4.1.1|65|${life}`,
    ...counts.map(([label], at) => `${ACME}.3.1.2.${at + 1}|4x|${Buffer.from(label).toString('hex')}`),
    ...counts.map(([, count], at) => `${ACME}.3.1.3.${at + 1}|${typeof count === 'number' ? 65 : 4}|${count}`),
  ]
  return `${lines.join('\n')}\n`
}

describe('a draft', () => {
  let authored: readonly unknown[] = []
  beforeAll(async () => {
    authored = await authoredFiles()
  })

  async function drafted(recording: Recording): Promise<Draft> {
    const instructions = await checkedInInstructions()
    const asked = deviceOf('acme', recording.rows)
    const probed = await probe(asked.session, instructions)
    await asked.close()
    return draftOf({ rows: recording.rows, probed, instructions })
  }

  /** The meters of a recording as its own draft reads them. */
  async function metersOf(text: string): Promise<readonly string[]> {
    const recording = parseSnmprec(text)
    const draft = await drafted(recording)
    const compiled = compileWith(authored, [draft.yaml])
    if (!compiled.ok) throw new Error(`${compiled.problems.join('\n')}\n${draft.yaml}`)
    const { reading } = await readAsDevice('acme', recording, compiled.instructions)
    return (reading?.meters ?? []).map((meter) => `${meterKey(meter)} ${meter.value}`)
  }

  it('makes no meter of what wears out, waits, or has a word too many', () => {
    for (const label of [
      'Paper Jams',
      'Total 2',
      'Drum Count',
      'Scan to HDD',
      'Toner Coverage Black',
      'Copy and Print',
      'ABC',
      '',
      '???',
    ])
      expect(guessLabel(label).ok, label).toBe(false)
  })

  it.each([
    ['Counter:Copy:Black & White', 'copy.mono.all.all/impressions'],
    ['Total Prints', 'total.all.all.all/impressions'],
    ['Prints', 'print.all.all.all/impressions'],
    ['Printed 2 Sided Sheets', 'print.all.all.duplex/sheets'],
    ['Kopien Schwarz/Weiß', 'copy.mono.all.all/impressions'],
    ['Drucke Vollfarbe', 'print.full.all.all/impressions'],
    ['Gesamtzähler', 'total.all.all.all/impressions'],
    ['Gesamtzahl', 'total.all.all.all/impressions'],
    ['Copies couleur', 'copy.full.all.all/impressions'],
    ['Copie in bianco e nero', 'copy.mono.all.all/impressions'],
    ['Copias a todo color', 'copy.full.all.all/impressions'],
    ['Recto verso', 'total.all.all.duplex/impressions'],
    ['Numérisations', 'scan.all.all.all/items'],
    ['Kopieën zwart-wit', 'copy.mono.all.all/impressions'],
  ])('reads %s', (label, key) => {
    const guess = guessLabel(label)
    expect(guess.ok ? meterKey(guess.name) : guess.words).toBe(key)
  })

  it('reads the labelled counters of a device nobody knows, and leaves the others as questions', async () => {
    const text = device([
      ['Total', 1_000],
      ['Copy: Black & White', 100],
      ['Copy: Full Color', 50],
      ['Print: Total', 850],
      ['Paper Jams', 12],
      ['Gizmo Count', 5],
    ])
    expect(await metersOf(text)).toEqual([
      'total.all.all.all/impressions 1000',
      'print.all.all.all/impressions 850',
      'copy.mono.all.all/impressions 100',
      'copy.full.all.all/impressions 50',
    ])
    const { yaml } = await drafted(parseSnmprec(text))
    expect(yaml).toMatch(/QUESTION: .*no meter was made of these labels: Paper Jams, Gizmo Count/)
    expect(yaml).toContain(`objectId: [${ACME}.1]`)
    expect(yaml).toContain('belongs into makers.yaml')
    const answered = yaml.split('\n').filter((line) => !line.startsWith('#'))
    expect(compileWith(authored, [answered.join('\n')]).ok).toBe(true)
  })

  it('adds up what is told in one and in two colours, and doubts two numbers of one name', async () => {
    const text = device([
      ['Copies', 700],
      ['Single Color Copy Count', 3],
      ['Two Color Copy Count', 4],
      ['Full Color Prints', 300],
      ['Color Prints', 301],
    ])
    expect(await metersOf(text)).toEqual(
      expect.arrayContaining(['copy.highlight.all.all/impressions 7', 'print.full.all.all/impressions 300']),
    )
    expect((await drafted(parseSnmprec(text))).yaml).toContain("'Color Prints (301)'")
  })

  it('finds the life count among counts that are packed without labels, and asks what the others are', async () => {
    const text = `${device([])}${ACME}.9.0|4x|000104000003e801010400000190ff\n`
    expect(await metersOf(text)).toEqual(['total.all.all.all/impressions 1000'])
    const { yaml } = await drafted(parseSnmprec(text))
    expect(yaml).toContain("{ records: packed, tag: '00' }")
    expect(yaml).toContain('tag 00 is the life count. What are the others? 01 (400)')
  })

  it('compiles whatever a device calls its counters', async () => {
    const word = fc.oneof(
      fc.constantFrom(
        'Copy',
        'Total',
        'Print',
        "Full 'Color'",
        'x: {',
        '# Black',
        '- Fax',
        'null',
        '\u0007Copies',
        '[A3]',
        'A4',
        'Copy '.repeat(20),
      ),
      fc.string({ maxLength: 40, unit: 'grapheme' }),
    )
    const counts = fc.array(fc.tuple(word, fc.oneof(fc.nat(), fc.constantFrom('12', '-3', 'many', ''))), {
      maxLength: 24,
    })
    await fc.assert(
      fc.asyncProperty(counts, async (given) => {
        await metersOf(device(given))
      }),
      { numRuns: 15 },
    )
  })

  it('comes of a recording cut at any line, and of one with texts of 64,000 octets', async () => {
    const lines = device([
      ['Total', 1_000],
      ['Copies', 500],
      ['Prints', 500],
      [`Copies ${'x'.repeat(64_000)}`, 1],
    ]).split('\n')
    for (let end = 1; end <= lines.length; end++) await metersOf(lines.slice(0, end).join('\n'))
  })

  it.each([
    [[], 2, 'name one recording'],
    [['a', '--colour'], 2, "'--colour'"],
    [[folder], 3, 'is a folder'],
    [[process.execPath], 3, 'no recording'],
    [[join(folder, 'empty.snmprec')], 3, 'is empty'],
    [[join(folder, 'acme.snmprec'), '--without', 'nobody'], 2, 'no profile is called that'],
    [[join(folder, 'acme.snmprec'), '--out', join(folder, 'acme.snmprec')], 5, 'is there already'],
  ])('is refused of %j with a code and a way out', (words, code, detail) => {
    writeFileSync(join(folder, 'empty.snmprec'), '')
    writeFileSync(join(folder, 'acme.snmprec'), device([['Total', 1_000]]))
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: code, stderr: expect.stringContaining(detail) })
  })

  it('is written to a file, and says what to do next', () => {
    const file = join(folder, 'next.snmprec')
    writeFileSync(
      file,
      device([
        ['Total', 1_000],
        ['Copies', 400],
        ['Prints', 600],
      ]),
    )
    const out = join(folder, 'next.yaml')
    const { status, stderr } = spawnSync(process.execPath, [MAIN, file, '--out', out], { encoding: 'utf8' })
    expect(status).toBe(0)
    expect(stderr).toContain('3 meters')
    expect(stderr).toContain(`npm run explain -- ${file} --profile ${out}`)
    expect(readFileSync(out, 'utf8')).toContain('profile: acme')
  })
})
