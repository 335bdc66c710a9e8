import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compile, parseInstructions } from '@platen/collector'
import { describe, expect, it } from 'vitest'
import { bundleText, compileKnowledge, FILES } from './instructions.ts'

const knowledge = join(import.meta.dirname, '../../knowledge')

describe('the published instructions', () => {
  it('are not stale: run `npm run instructions` after changing a profile', async () => {
    const compiled = await compileKnowledge(knowledge)
    expect(compiled).toMatchObject({ ok: true, files: 22 })
    const checkedIn = await readFile(join(knowledge, FILES.bundle), 'utf8')
    expect(compiled.ok && bundleText(compiled.instructions)).toBe(checkedIn)
  })

  it('pass every check again when they arrive, and carry the version of the knowledge', async () => {
    const parsed = parseInstructions(JSON.parse(await readFile(join(knowledge, FILES.bundle), 'utf8')))
    const version = (await readFile(join(knowledge, FILES.version), 'utf8')).trim()
    expect(parsed.ok && parsed.instructions.version).toBe(version)
  })

  it('stay what they are when compiled again from themselves', async () => {
    const compiled = await compileKnowledge(knowledge)
    if (!compiled.ok) throw new Error(compiled.problems.join('\n'))
    const { makers, never, profiles, version } = compiled.instructions
    expect(compile([{ makers, never }, ...profiles], version)).toEqual({
      ok: true,
      instructions: compiled.instructions,
    })
  })
})
