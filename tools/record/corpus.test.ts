/** Recording every real device's answers again: the masked file reads as the original, and holds none of the names that the original has. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { Reading } from '@platen/model'
import { parseSnmprec, startFleet } from '@platen/simulator'
import { systemClock, udpTransport } from '@platen/snmp'
import { describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE, recordingsIn } from '../knowledge/catalogue.ts'
import { readAsDevice } from '../score/read.ts'
import { readArguments } from './arguments.ts'
import { record } from './record.ts'

// Several runs may go on at once on one machine.
const PORT = 20_000 + ((process.pid + 7) % 20_000)
const corpus = resolve(KNOWLEDGE, '../../shared/corpus/recordings')
const hasCorpus = existsSync(corpus)
if (!hasCorpus) console.log(`real devices are not recorded again: ${corpus} is not there`)
const TOLD_BY = ['1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.2.0']
/** What published recordings have in place of a name. */
const MASKED_BEFORE = /^<.*>$|^x+$|^masked$/i

describe('a recording made again', () => {
  it('of every device reads as the original and names nobody', { timeout: 180_000 }, async () => {
    const instructions = await checkedInInstructions()
    const folder = mkdtempSync(join(tmpdir(), 'platen-again-'))
    const paths = [
      ...(await recordingsIn(join(KNOWLEDGE, 'recordings'))),
      ...(hasCorpus ? await recordingsIn(corpus) : []),
    ]
    let compared = 0
    let requests = 0
    for (const path of paths) {
      const name = basename(path)
      const recording = parseSnmprec(readFileSync(path, 'utf8'))
      const before = await readAsDevice(name, recording, instructions)
      if (before.reading === null || !before.isPrinter) continue
      const { rows } = recording
      const agent = { port: PORT, base: '127.20.62.1', count: 1, seed: 1, speed: 0, individual: false }
      const fleet = await startFleet({ ...agent, recordings: [{ name, rows }], clock: systemClock })
      const out = join(folder, name)
      // An excerpt that does not say who it is is asked what anybody may be asked.
      const isExcerpt = !rows.some(({ oid }) => TOLD_BY.includes(oid.text))
      const known = isExcerpt ? ['--known'] : []
      const given = readArguments(['127.20.62.1', '--port', String(PORT), '--out', out, ...known])
      if (!given.ok || given.kind !== 'record') throw new Error('the test says something wrong')
      const world = {
        user: null,
        clock: systemClock,
        stop: new AbortController().signal,
        instructions,
        progress: () => undefined,
      }
      const ended = await record(given.options, { ...world, transport: await udpTransport(), address: '127.20.62.1' })
      requests += fleet.asked()
      await fleet.close()
      expect(ended.code, `${name}: ${ended.lines.join('\n')}`).toBe(0)
      const written = readFileSync(out, 'utf8')
      const after = await readAsDevice(name, parseSnmprec(written), instructions)
      if (after.reading === null) throw new Error(`${name} is not read any more`)
      // What is masked may change, and what it is masked in, but nothing else.
      expect(publicOf(after.reading), name).toEqual(publicOf(before.reading))
      for (const secret of secretsIn(before.reading)) expect(written.toLowerCase(), name).not.toContain(secret)
      compared++
    }
    console.log(`${compared} devices recorded again, ${requests} requests`)
    expect(compared).toBeGreaterThanOrEqual(hasCorpus ? 90 : 32)
  })
})

function secretsIn({ identity }: Reading): readonly string[] {
  const { serial, mac, hostName, location, contact, model, deviceName } = { deviceName: '', ...identity }
  const models = `${model} ${deviceName} ${identity.description}`.toLowerCase()
  return [serial, mac, mac?.replaceAll(':', ''), hostName, location, contact]
    .flatMap((text) => (text === null || text === undefined ? [] : [text.toLowerCase()]))
    .filter((text) => text.length >= 6 && !MASKED_BEFORE.test(text) && !models.includes(text))
}

/** A reading without what is masked. */
function publicOf({ identity, meters, supplies, inputs, status, checks, misses, profile }: Reading) {
  const { vendor, model, firmware, objectId } = identity
  return {
    identity: { vendor, model, firmware, objectId, serial: identity.serial === null, mac: identity.mac === null },
    meters,
    supplies: supplies.map(({ serial, description, ...rest }) => ({
      ...rest,
      description: serial === null ? description : '',
    })),
    inputs,
    status,
    checks,
    misses,
    profile,
  }
}
