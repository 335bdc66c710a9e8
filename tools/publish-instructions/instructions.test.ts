import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compile, parseInstructions } from '@platen/collector'
import { describe, expect, it } from 'vitest'
import { bundleText, compileKnowledge, FILES, readVersions, withVersion } from './instructions.ts'

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

  it('have a version of their own: whoever changes a profile raises knowledge/VERSION and runs `npm run instructions`', async () => {
    const compiled = await compileKnowledge(knowledge)
    if (!compiled.ok) throw new Error(compiled.problems.join('\n'))
    const { instructions } = compiled
    const versions = await readVersions(knowledge)
    expect(withVersion(versions, instructions)).toEqual({ ok: true, versions })
    const { version } = instructions
    expect(Object.keys(versions).at(-1)).toBe(version)
    const changed = { ...instructions, profiles: instructions.profiles.slice(1) }
    expect(withVersion(versions, changed)).toMatchObject({ ok: false, problem: expect.stringContaining('raise') })
    expect(withVersion(versions, { ...changed, version: '0.9' })).toMatchObject({ ok: false })
    expect(withVersion(versions, { ...changed, version: 'next' })).toMatchObject({ ok: false })
    expect(withVersion(versions, { ...changed, version: '999.0' })).toMatchObject({ ok: true })
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
