import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { encodeNotification, Oid } from '@platen/snmp'
import { afterEach, describe, expect, it } from 'vitest'
import type { TrapPlace } from './trap-port.ts'
import { FakeThread } from './trap-thread.testing.ts'
import { TrapWatch } from './trap-watch.ts'

const SNMPTRAP = '/usr/bin/snmptrap'
const noTool = existsSync(SNMPTRAP) ? '' : ` (skipped: ${SNMPTRAP} is not here)`

const engine = { id: '80007ed9050102030405060708', boots: 3 }
/** One printer that is known, by a community. */
const ordersFor = (address: string) => ({
  groups: [{ known: [address], communities: ['public'], users: [] }],
  engine,
})

function watched() {
  const threads: FakeThread[] = []
  const wakes: { at: number; wake: () => void }[] = []
  const clock = {
    at: 0,
    now: () => clock.at,
    after: (milliseconds: number, wake: () => void) => {
      const entry = { at: clock.at + milliseconds, wake }
      wakes.push(entry)
      return () => void wakes.splice(wakes.indexOf(entry), 1)
    },
  }
  const heard: string[] = []
  const troubles: string[] = []
  const watch = new TrapWatch({
    start: () => {
      const thread = new FakeThread()
      threads.push(thread)
      return thread
    },
    clock,
    onHeard: (address) => heard.push(address),
    onState: (state, detail) => void (state === 'listening' || troubles.push(`${state}: ${detail}`)),
  })
  const last = () => threads.at(-1) ?? new FakeThread()
  /** Lets the next wake-up come; how long it was waited for. */
  const wake = () => {
    const [next] = wakes.splice(0, 1)
    const rest = (next?.at ?? Number.NaN) - clock.at
    clock.at = next?.at ?? clock.at
    next?.wake()
    return rest
  }
  return { watch, threads, wakes, clock, heard, troubles, last, wake }
}

describe('the watch over the trap port', () => {
  it('starts a thread that died again, later each time, and tells of each death', () => {
    const { troubles, last, wake, threads } = watched()
    const rests = Array.from({ length: 12 }, (_, at) => {
      last().emit('error', new Error(`death ${at}`))
      last().emit('exit')
      return wake()
    })
    expect(rests.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000])
    expect(rests.at(-1)).toBe(600_000)
    expect(troubles).toHaveLength(12)
    expect(troubles[0]).toBe('starting: death 0')
    expect(threads).toHaveLength(13)
  })

  it('forgets old deaths when a thread has lived well', () => {
    const { last, wake, clock } = watched()
    for (let at = 0; at < 5; at++) {
      last().emit('exit')
      wake()
    }
    last().emit('message', { kind: 'listening' })
    clock.at += 3_600_000
    last().emit('exit')
    expect(wake()).toBe(1_000)
  })

  it('says which code the system gave for a port that cannot be had, and tries again much later', () => {
    const { last, troubles, wake, watch } = watched()
    last().emit('message', { kind: 'deaf', code: 'EACCES' })
    last().emit('exit')
    expect([watch.state, troubles]).toEqual(['deaf', ['deaf: EACCES']])
    expect(wake()).toBe(600_000)
  })

  it('passes on who was heard, tells a new thread whom to hear, and believes nothing else of it', () => {
    const { last, watch, heard, wake } = watched()
    const orders = ordersFor('10.0.0.1')
    watch.update(orders)
    expect(last().orders).toEqual([])
    last().emit('message', { kind: 'listening' })
    expect(last().orders).toEqual([orders])
    last().emit('message', { kind: 'heard', addresses: ['10.0.0.1'] })
    for (const nonsense of [null, 7, { kind: 'heard', addresses: [7] }, { kind: 'other' }])
      last().emit('message', nonsense)
    expect(heard).toEqual(['10.0.0.1'])
    last().emit('exit')
    wake()
    last().emit('message', { kind: 'listening' })
    expect(last().orders).toHaveLength(1)
  })

  it('starts nothing more when it is closed', async () => {
    const { watch, wakes, troubles } = watched()
    await watch.close()
    expect([wakes.length, troubles.length]).toEqual([0, 0])
  })
})

describe('the trap port as the program starts it', () => {
  const open: TrapWatch[] = []
  afterEach(async () => {
    for (const watch of open.splice(0)) await watch.close()
  })

  async function started(place: TrapPlace) {
    const heard: string[] = []
    const troubles: string[] = []
    const watch = new TrapWatch({
      start: () => new Worker(join(import.meta.dirname, 'main.ts'), { workerData: place }),
      clock: { now: () => performance.now(), after: () => () => undefined },
      onHeard: (address) => heard.push(address),
      onState: (state, detail) => void (state === 'listening' || troubles.push(`${state}: ${detail}`)),
    })
    open.push(watch)
    watch.update(ordersFor('127.0.0.1'))
    await until(() => watch.state === 'listening' || troubles.length > 0)
    return { heard, troubles, watch }
  }

  const trapOf = (community: string) =>
    encodeNotification({
      version: 'v2c',
      community,
      trap: Oid.parse('1.3.6.1.2.1.43.18.2.0.1'),
      upTime: 1,
      varbinds: [],
    })

  it('says EADDRINUSE where another program has the port', async () => {
    const other = createSocket('udp4')
    other.bind(0)
    await once(other, 'listening')
    const { troubles } = await started({ port: other.address().port, fd: null })
    expect(troubles).toEqual(['deaf: EADDRINUSE'])
    other.close()
  })

  it('hears a known printer by an agreed community and no other, from whatever port', async () => {
    const port = await freePort()
    const { heard } = await started({ port, fd: null })
    const printer = createSocket('udp4')
    printer.bind(0, '127.0.0.1')
    const stranger = createSocket('udp4')
    stranger.bind(0, '127.0.0.9')
    await Promise.all([once(printer, 'listening'), once(stranger, 'listening')])
    stranger.send(trapOf('public'), port, '127.0.0.1')
    printer.send(trapOf('guess'), port, '127.0.0.1')
    printer.send(Buffer.from('3003020101', 'hex'), port, '127.0.0.1')
    await wait(400)
    expect(heard).toEqual([])
    // The thread may not have been told yet whom to hear: traps are hints, and one that is lost costs nothing but time.
    for (let tries = 0; tries < 40 && heard.length === 0; tries++) {
      printer.send(trapOf('public'), port, '127.0.0.1')
      await wait(50)
    }
    expect(new Set(heard)).toEqual(new Set(['127.0.0.1']))
    printer.close()
    stranger.close()
  })

  it.skipIf(!existsSync(SNMPTRAP))(
    `hears traps and informs of SNMPv3 users${noTool}`,
    { timeout: 60_000 },
    async () => {
      const port = await freePort()
      const { heard, watch } = await started({ port, fd: null })
      const user = {
        name: 'fleet',
        auth: { protocol: 'sha256', password: 'maplesyrup' },
        privacy: { protocol: 'aes128', password: 'a private word' },
      } as const
      const group = { known: ['127.0.0.1'], communities: [], users: [user] }
      watch.update({ groups: [{ known: ['10.9.9.9'], communities: ['public'], users: [] }, group], engine })
      const folder = mkdtempSync(join(tmpdir(), 'platen-traps-'))
      const send = (...args: readonly string[]) => {
        const place = [`127.0.0.1:${port}`, '77', '1.3.6.1.6.3.1.1.5.1']
        const env = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder }
        return promisify(execFile)(SNMPTRAP, ['-r1', '-t2', ...args, ...place], { env }).then(
          () => 'taken',
          () => 'not acknowledged',
        )
      }
      const v3 = ['-v3', '-ufleet', '-lauthPriv', '-aSHA-256', '-xAES', '-Xa private word']
      // Of another group's printers only, with another password, at a weaker level: not heard, an inform not acknowledged.
      await send('-v2c', '-cpublic')
      await send(...v3, '-Aanother word', '-e', '0x8000000001020304')
      await send('-v3', '-ufleet', '-lnoAuthNoPriv', '-e', '0x8000000001020304')
      expect(await send(...v3, '-Ci', '-Aanother word')).toBe('not acknowledged')
      await wait(400)
      expect(heard).toEqual([])
      await send(...v3, '-Amaplesyrup', '-e', '0x8000000001020304')
      await until(() => heard.length === 1)
      // The device finds out our engine by itself.
      expect(await send(...v3, '-Ci', '-Amaplesyrup')).toBe('taken')
      await until(() => heard.length === 2)
      rmSync(folder, { recursive: true, force: true })
    },
  )

  async function freePort(): Promise<number> {
    const socket = createSocket('udp4')
    socket.bind(0)
    await once(socket, 'listening')
    const { port } = socket.address()
    socket.close()
    return port
  }

  async function until(isTrue: () => boolean): Promise<void> {
    for (let tries = 0; tries < 500 && !isTrue(); tries++) await wait(20)
    expect(isTrue()).toBe(true)
  }
})
