/**
 * How much of what real devices label a draft guesses right, once their maker's profile is taken away: the recordings lie beside the
 * repository and are never copied into it. The figures that must not fall are in docs/profiles.md.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { type Meter, meterKey } from '@platen/model'
import { parseSnmprec } from '@platen/simulator'
import { describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE, recordingsIn } from '../knowledge/catalogue.ts'
import { authoredFiles, compileWith } from '../recording/knowledge.ts'
import { checksOf } from '../score/folder.ts'
import { brokenBy } from '../score/meters.ts'
import { readAsDevice } from '../score/read.ts'
import { Rows } from '../score/rows.ts'
import { draftOf } from './draft.ts'
import { labelledTables } from './tables.ts'

const corpus = resolve(KNOWLEDGE, '../../shared/corpus')
const hasCorpus = existsSync(join(corpus, 'recordings'))
if (!hasCorpus) console.log(`drafts of real recordings are not tested: ${corpus} is not there`)

const MAKERS = '1.3.6.1.4.1.'
const isMakers = (object: string): boolean => object.startsWith(MAKERS) && !object.startsWith('1.3.6.1.4.1.2699.')

describe.skipIf(!hasCorpus)('drafts of real devices whose profile was taken away', () => {
  it('compile, and guess most labelled meters right and few wrong', async () => {
    const instructions = await checkedInInstructions()
    const checks = await checksOf(corpus)
    const authored = await authoredFiles()
    const all = { labelled: 0, right: 0, wrong: 0, extra: 0, drafts: 0, sums: 0, held: 0 }
    const lines: string[] = []
    for (const path of await recordingsIn(join(corpus, 'recordings'))) {
      const name = basename(path, '.snmprec')
      const recording = parseSnmprec(await readFile(path, 'utf8'))
      const known = await readAsDevice(name, recording, instructions)
      if (known.reading === null || known.reading.profile === 'standard') continue
      if (!known.reading.meters.some(({ source }) => source.objects.some(isMakers))) continue
      const less = compileWith(authored, [], [known.reading.profile])
      if (!less.ok) throw new Error(less.problems.join('; '))
      const draft = draftOf({ rows: recording.rows, probed: known.probed, instructions: less.instructions })
      const compiled = compileWith(authored, [draft.yaml], [known.reading.profile])
      expect(compiled.ok ? [] : compiled.problems, name).toEqual([])
      expect(draft.yaml.split('\n').length, name).toBeLessThanOrEqual(151)
      if (!compiled.ok) continue
      all.drafts++
      const drafted = await readAsDevice(name, recording, compiled.instructions)
      const got = new Map((drafted.reading?.meters ?? []).map((meter) => [meterKey(meter), meter.value]))
      const own = recording.rows.filter(({ oid }) => isMakers(oid.text))
      const columns = labelledTables(own, null).flatMap(({ labelColumn, counts }) => [
        labelColumn,
        ...counts.map(({ column }) => column),
      ])
      const isLabelled = ({ source }: Meter): boolean =>
        source.objects.filter(isMakers).some((object) => columns.some((column) => object.startsWith(`${column}.`)))
      const truth = known.reading.meters.filter(isLabelled)
      const right = truth.filter((meter) => got.get(meterKey(meter)) === meter.value).length
      const wrong = known.reading.meters.filter((meter) => {
        const value = got.get(meterKey(meter))
        return value !== undefined && value !== meter.value
      })
      const keys = new Set(known.reading.meters.map(meterKey))
      const extra = [...got.keys()].filter((key) => !keys.has(key))
      const sums = checks.filter((check) => check.recording === name)
      const rows = new Rows(recording.rows)
      const reading = drafted.reading
      const held = reading === null ? 0 : sums.filter((check) => brokenBy(check, reading, rows) === null).length
      all.labelled += truth.length
      all.right += right
      all.wrong += wrong.length
      all.extra += extra.length
      all.sums += sums.length
      all.held += held
      if (truth.length > 0 || sums.length > 0)
        lines.push(
          `${name}: ${right} of ${truth.length} labelled meters right, ${wrong.length} wrong (${wrong.map(meterKey).join(' ')}), ${extra.length} more (${extra.slice(0, 6).join(' ')}), ${held} of ${sums.length} sums`,
        )
    }
    console.log([...lines, JSON.stringify(all)].join('\n'))
    expect(all.drafts).toBeGreaterThanOrEqual(20)
    expect(all.labelled).toBeGreaterThanOrEqual(150)
    expect(all.right / all.labelled).toBeGreaterThan(0.6)
    expect(all.wrong).toBe(0)
    expect(all.extra).toBeLessThanOrEqual(2)
  })
})
