/** From what a device said to what may be written: finds its secrets in what was read so far and masks them everywhere. */
import { collect, type Instructions, normalise } from '@platen/collector'
import type { Reading } from '@platen/model'
import type { Varbind } from '@platen/snmp'
import { deviceOf } from '../score/device.ts'
import { Mask } from './mask.ts'
import { type Secret, secretsOf } from './secrets.ts'

/** Rows without secrets, and in words what was masked. */
export interface Masked {
  readonly rows: readonly Varbind[]
  readonly summary: string
  readonly secrets: readonly Secret[]
  readonly mask: Mask
  /** Texts that still hold a secret: 0, or our bug. */
  readonly left: number
}

/** Who was recorded and how it is understood. */
export interface Owner {
  readonly instructions: Instructions
  readonly asked: readonly string[]
  readonly given: readonly string[]
}

/** Masks rows. Deterministic: the same rows and owner give the same masks. */
export async function maskRows(rows: readonly Varbind[], owner: Owner): Promise<Masked> {
  const readings = await readingsOf(rows, owner)
  const secrets = secretsOf(rows, { asked: owner.asked, given: owner.given, readings })
  const mask = new Mask(secrets)
  const masked = mask.rows(rows)
  return { rows: masked, summary: summaryOf(secrets), secrets, mask, left: mask.left(masked) }
}

/**
 * What every profile makes of the rows: each knows where its maker keeps serial and asset numbers, and devices are sold under many names.
 * A profile finds nothing in another maker's objects.
 */
async function readingsOf(rows: readonly Varbind[], { instructions }: Owner): Promise<readonly Reading[]> {
  const device = deviceOf('recorded', rows)
  try {
    const readings: Reading[] = []
    for (const profile of instructions.profiles) {
      const observation = await collect(device.session, profile)
      const stamp = {
        id: '0'.repeat(32),
        at: '2026-01-01T00:00:00.000Z',
        monotonic: 0,
        address: device.session.address,
      }
      readings.push(normalise({ observation, profile, instructions, stamp }))
    }
    return readings
  } finally {
    await device.close()
  }
}

function summaryOf(secrets: readonly Secret[]): string {
  const counts = new Map<string, number>()
  for (const { kind } of secrets) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const words = [...counts].map(([kind, count]) => `${count} ${kind}`)
  return words.length === 0 ? 'nothing found' : words.sort().join(', ')
}
