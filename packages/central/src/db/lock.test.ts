import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { lockDirectory } from './lock.ts'

const made = mkdtempSync(join(tmpdir(), 'platen-lock-'))
const directory = join(made, 'database')
const file = `${directory}.lock`

beforeEach(() => rmSync(file, { force: true }))
afterAll(() => rmSync(made, { recursive: true, force: true }))

describe('the lock of a database folder', () => {
  it('is refused while its holder lives, and says who that is', () => {
    const release = lockDirectory(directory)
    expect(() => lockDirectory(directory)).toThrow(`in use by process ${process.pid}`)
    release()
    expect(existsSync(file)).toBe(false)
    lockDirectory(directory)()
  })

  it('is taken over from a process that is gone, and from one that only has the number of the old one', () => {
    for (const holder of ['4194300 1', `${process.pid} 1`, '', 'nonsense']) {
      writeFileSync(file, holder)
      lockDirectory(directory)()
    }
  })
})
