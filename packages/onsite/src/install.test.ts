import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Rig } from './rig.testing.ts'
import { exitCodes } from './terminal.ts'

const rig = new Rig()
afterEach(() => rig.clear())

const install = resolve(import.meta.dirname, '../install')
const unit = readFileSync(join(install, 'platen-onsite.service'), 'utf8')
const socket = readFileSync(join(install, 'platen-onsite.socket'), 'utf8')
const hasAnalyser = spawnSync('systemd-analyze', ['--version']).status === 0

/** All values of a setting, in order. */
function values(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value)
}

describe('the unit for systemd', () => {
  it('gives the program an account of its own, no capability, and nothing of the machine but its state folder', () => {
    expect(values(unit, 'User')).toEqual(['platen-onsite'])
    for (const name of ['CapabilityBoundingSet', 'AmbientCapabilities']) expect(values(unit, name)).toEqual([''])
    expect(values(unit, 'NoNewPrivileges')).toEqual(['yes'])
    expect(values(unit, 'ProtectSystem')).toEqual(['strict'])
    expect(values(unit, 'ReadWritePaths')).toEqual([])
    expect(values(unit, 'IPAddressDeny')).toEqual(['any'])
    expect(values(unit, 'ExecStart').join()).toContain('--scope /etc/platen-onsite/scope.toml')
  })

  it('is not started again and again after what only a person can mend', () => {
    const mended = [exitCodes.usage, exitCodes.notEnrolled, exitCodes.instructions]
    expect(values(unit, 'RestartPreventExitStatus')).toEqual([mended.join(' ')])
  })

  it('gets port 162 from the service manager, and gives it back with the service', () => {
    expect(values(socket, 'ListenDatagram')).toEqual(['0.0.0.0:162'])
    expect(values(socket, 'PartOf')).toEqual(['platen-onsite.service'])
    expect(values(unit, 'Sockets')).toEqual(['platen-onsite.socket'])
  })

  it.skipIf(!hasAnalyser)('scores 1.5 or less with systemd-analyze security (skipped: no systemd-analyze)', () => {
    const args = ['security', '--offline=true', '--no-pager', join(install, 'platen-onsite.service')]
    const { stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
    const score = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]
    expect(Number(score)).toBeLessThanOrEqual(1.5)
  })

  it.skipIf(!hasAnalyser)('holds no setting that systemd does not know (skipped: no systemd-analyze)', () => {
    const folder = rig.folder()
    const files = ['platen-onsite.service', 'platen-onsite.socket']
    for (const file of files) copyFileSync(join(install, file), join(folder, file))
    const args = ['verify', ...files.map((file) => join(folder, file))]
    const { stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
    // Where Node is elsewhere, or man pages are missing, is no matter of the unit's.
    expect(stderr.split('\n').filter((line) => /unknown|invalid|failed to parse/i.test(line))).toEqual([])
  })
})
