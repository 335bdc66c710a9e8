import { describe, expect, it } from 'vitest'
import { type RunOptions, readRun, usage } from './arguments.ts'
import { fleetPort, snmpPortOf } from './fleet.ts'

function optionsOf(...words: readonly string[]): RunOptions {
  const read = readRun(words)
  if (read.kind !== 'run') throw new Error(read.kind)
  return read.options
}

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

  it('keeps the demo and a real network apart, in whichever order they are run, and says so', () => {
    expect(optionsOf().data).toBe('var/demo')
    expect(optionsOf('192.168.10.0/24').data).toBe('var/network')
    expect(optionsOf('--data', '/srv/platen').data).toBe('/srv/platen/demo')
    expect(optionsOf('192.168.10.7', '--data', '/srv/platen').data).toBe('/srv/platen/network')
    // What --fresh forgets is the folder of its own kind.
    expect(optionsOf('--fresh')).toMatchObject({ fresh: true, data: 'var/demo' })
    expect(optionsOf('10.0.0.1', '--fresh')).toMatchObject({ fresh: true, data: 'var/network' })
    for (const folder of ['var/demo', 'var/network']) expect(usage).toContain(folder)
  })

  it('asks simulated printers on their port and real ones on that of SNMP', () => {
    expect(snmpPortOf(optionsOf())).toBe(fleetPort)
    expect(snmpPortOf(optionsOf('192.168.10.0/24'))).toBe(161)
    expect(fleetPort).not.toBe(161)
  })

  it('takes ranges of a real network', () => {
    const read = readRun(['10.0.0.0/24', '10.0.1.5-10.0.1.9', '--port', '9000'])
    expect(read).toMatchObject({ kind: 'run', options: { ranges: ['10.0.0.0/24', '10.0.1.5-10.0.1.9'], port: 9000 } })
  })
})
