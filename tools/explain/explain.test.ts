/** `npm run explain` as a person calls it: bad files end in words and an exit code, good ones in lines that lead from object to number. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseSnmprec } from '@platen/simulator'
import { describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE } from '../knowledge/catalogue.ts'
import { readAsDevice } from '../score/read.ts'
import { explainLines } from './report.ts'

const MAIN = resolve(import.meta.dirname, 'main.ts')
const explained = (...words: readonly string[]) => spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8' })
const folder = mkdtempSync(join(tmpdir(), 'platen-explain-'))
const example = join(KNOWLEDGE, 'recordings/standard-example-mp220.snmprec')

describe('npm run explain', () => {
  it.each([
    [[], 2, 'name one recording'],
    [['a', 'b'], 2, 'name one recording'],
    [['a', '--colour'], 2, "'--colour'"],
    [[folder], 3, 'is a folder'],
    [[join(folder, 'missing.snmprec')], 3, 'there is no such file'],
    [[process.execPath], 3, 'no recording'],
    [[example, '--profile', join(folder, 'missing.yaml')], 3, 'no such file'],
  ])('refuses %j with a code and a way out', (words, code, detail) => {
    const { status, stderr } = explained(...words)
    expect(status).toBe(code)
    expect(stderr).toContain(detail)
  })

  it('tells what is no printer, and what is wrong with a profile', () => {
    const stranger = join(folder, 'stranger.snmprec')
    writeFileSync(stranger, '1.3.6.1.2.1.1.1.0|4|Acme Router\nbroken\n')
    const told = explained(stranger)
    expect(told.status).toBe(4)
    expect(told.stdout).toContain('no printer to the probe')
    expect(told.stderr).toContain('line 2: not OID|TAG|VALUE')
    const profile = join(folder, 'acme.yaml')
    writeFileSync(profile, 'profile: acme\ncolour: red\n')
    expect(explained(example, '--profile', profile)).toMatchObject({ status: 3 })
  })

  it('leads from every object to the numbers it became', () => {
    const { status, stdout } = explained(example)
    expect(status).toBe(0)
    expect(stdout).toContain('read with the profile standard; a printer, since it has the Printer-MIB')
    expect(stdout).toMatch(/1\.3\.6\.1\.2\.1\.43\.10\.2\.1\.4\.1\.1 {2}marker\.life\[1\.1\] {2}\d+ {2}=> .*meter total/)
  })

  it('explains a recording cut at any line, or with values of other types, without failing', async () => {
    const instructions = await checkedInInstructions()
    const lines = readFileSync(example, 'utf8').split('\n')
    const swapped = lines.map((line) =>
      line.replace(/\|(2|65)\|(.*)/, '|4|$2 pages').replace(/\|4\|.*toner.*/i, '|2|7'),
    )
    for (let end = 1; end <= lines.length; end += 7) {
      for (const some of [lines, swapped]) {
        const recording = parseSnmprec(some.slice(0, end).join('\n'))
        const read = await readAsDevice('cut', recording, instructions)
        expect(explainLines(read, true).length).toBeGreaterThan(0)
      }
    }
  })
})
