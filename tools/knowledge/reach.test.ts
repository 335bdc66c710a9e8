/** How far instructions reach, object by object: no list that is shorter than the truth, and nothing in it that no printer should be asked. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Instructions } from '@platen/collector'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE } from './catalogue.ts'
import { reachText } from './reach.ts'

/** Written down again, so that the rules of the collector are not their own witness: jobs, users, panel, passwords, operator, commands, address tables. */
const NEVER = [
  '1.3.6.1.2.1.43.5.1.1.4',
  '1.3.6.1.2.1.43.5.1.1.5',
  '1.3.6.1.2.1.43.16',
  '1.3.6.1.2.1.43.17',
  '1.3.6.1.2.1.4.22',
  '1.3.6.1.2.1.6',
  '1.3.6.1.2.1.25.4',
  '1.3.6.1.4.1.1347.40.26',
  '1.3.6.1.4.1.1347.47',
  '1.3.6.1.4.1.1248.1.2.2.44',
  '1.3.6.1.4.1.367.3.2.1.3',
  '1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.51',
  '1.3.6.1.4.1.18334.1.1.4',
  '1.3.6.1.4.1.11.2.3.9.1.1.3',
]

describe('everything a profile may ever ask', () => {
  let instructions: Instructions
  let lines: readonly string[] = []

  beforeAll(async () => {
    instructions = await checkedInInstructions()
    lines = reachText(instructions)
      .split('\n')
      .flatMap((line) => /^ {2}([\d.]+)/.exec(line)?.[1]?.replace(/\.$/, '') ?? [])
  })

  it('holds nothing of jobs, people, passwords, panels or commands', () => {
    expect(lines.length).toBeGreaterThan(200)
    for (const line of lines)
      for (const branch of NEVER)
        expect(`${line}.`.startsWith(`${branch}.`) || `${branch}.`.startsWith(`${line}.`), `${line} ${branch}`).toBe(
          false,
        )
  })

  it('is what knowledge/reach.gen.txt prints (else run: node tools/knowledge/main.ts)', async () => {
    expect(await readFile(join(KNOWLEDGE, 'reach.gen.txt'), 'utf8')).toBe(reachText(instructions))
  })
})
