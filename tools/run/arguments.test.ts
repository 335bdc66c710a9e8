import { describe, expect, it } from 'vitest'
import { readRun } from './arguments.ts'

describe('the words after ./run', () => {
  it('refuses options it does not know and numbers that are none', () => {
    for (const words of [
      ['--printer', '4'],
      ['--printers', 'many'],
      ['--printers', '0'],
      ['--port', '70000'],
      ['--speed', '-1'],
    ])
      expect(readRun(words).kind, words.join(' ')).toBe('wrong')
  })

  it('simulates 40 printers where no range is given', () => {
    const read = readRun([])
    expect(read).toMatchObject({ kind: 'run', options: { ranges: [], printers: 40, port: 8080, fresh: false } })
  })

  it('takes ranges of a real network', () => {
    const read = readRun(['10.0.0.0/24', '10.0.1.5-10.0.1.9', '--port', '9000'])
    expect(read).toMatchObject({ kind: 'run', options: { ranges: ['10.0.0.0/24', '10.0.1.5-10.0.1.9'], port: 9000 } })
  })
})
