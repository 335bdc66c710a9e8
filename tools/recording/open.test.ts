import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRecording, problemLines } from './open.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'platen-open-'))
const file = (content: string | Uint8Array): string => {
  const path = join(folder(), 'acme.snmprec')
  writeFileSync(path, content)
  return path
}
const detail = async (path: string): Promise<string> => {
  const opened = await openRecording(path)
  return opened.ok ? '' : opened.detail
}

describe('a file that is to be a recording', () => {
  it('is refused with a way out when it is missing, a folder, empty, binary or something else', async () => {
    expect(await detail('/nowhere/at/all')).toContain('there is no such file')
    const path = folder()
    expect(await detail(path)).toContain('is a folder without recordings')
    writeFileSync(join(path, 'b.snmprec'), '')
    writeFileSync(join(path, 'a.snmprec'), '')
    expect(await detail(path)).toBe(`${path} is a folder: name one of its 2 recordings, e.g. ${path}/a.snmprec`)
    expect(await detail(file(''))).toContain('is empty')
    expect(await detail(file(Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2])))).toContain('is a binary file')
    expect(await detail(file('once upon a time\n'))).toContain('line 1: not OID|TAG|VALUE')
    expect(await detail(file('# nothing\n'))).toContain('only comments')
  })

  it('is opened with the good lines it has, wherever it was cut', async () => {
    const text = '# made up\n1.3.6.1.2.1.1.1.0|4|Acme\n1.3.6.1.2.1.1.3.0|67|4711\n1.3.6.1.2.1.1.5.0|4|name\n'
    for (let end = text.indexOf('Acme') + 1; end <= text.length; end++) {
      const opened = await openRecording(file(text.slice(0, end)))
      expect(opened.ok && opened.recording.rows.length, text.slice(0, end)).toBeGreaterThan(0)
      expect(opened.ok && problemLines(opened.recording).length).toBeLessThanOrEqual(1)
    }
  })
})
