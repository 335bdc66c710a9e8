import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

  it('is taken over by one of two that find its holder gone, wherever the other comes between', () => {
    // Not the lock itself but the number of looks at it says where the other comes in.
    for (const look of [1, 2, 3]) {
      writeFileSync(file, '4194300 1')
      let looks = 0
      let other: (() => void) | null = null
      const readBetween = (path: string): string | null => {
        const text = existsSync(path) ? readFileSync(path, 'utf8') : null
        looks += 1
        if (looks === look) other = lockDirectory(directory)
        return text
      }
      const first = taken(() => lockDirectory(directory, readBetween))
      expect([first, other].filter((release) => release !== null).length, `look ${look}`).toBe(1)
      expect(readFileSync(file, 'utf8')).toContain(`${process.pid} `)
      rmSync(file)
      expect(readdirSync(made)).toEqual([])
    }
  })

  it('is taken over also where somebody was killed while taking it over', () => {
    writeFileSync(file, '4194300 1')
    writeFileSync(`${file}.next`, '4194301 1')
    lockDirectory(directory)()
    expect(readdirSync(made)).toEqual([])
  })

  it('is left alone while somebody who lives takes it over', () => {
    writeFileSync(file, '4194300 1')
    writeFileSync(`${file}.next`, readOwn())
    expect(() => lockDirectory(directory)).toThrow()
    expect(readFileSync(file, 'utf8')).toBe('4194300 1')
    rmSync(`${file}.next`)
  })

  it('is taken over from a process that is gone, and from one that only has the number of the old one', () => {
    for (const holder of ['4194300 1', `${process.pid} 1`, '', 'nonsense']) {
      writeFileSync(file, holder)
      lockDirectory(directory)()
    }
  })
})

function taken(take: () => () => void): (() => void) | null {
  try {
    return take()
  } catch (error) {
    if (error instanceof Error && error.message.includes('in use by process')) return null
    throw error
  }
}

/** What this process writes into a lock. */
function readOwn(): string {
  const elsewhere = join(made, 'elsewhere')
  const release = lockDirectory(elsewhere)
  const text = readFileSync(`${elsewhere}.lock`, 'utf8')
  release()
  return text
}
