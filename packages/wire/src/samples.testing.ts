/** One plain reading, its keys, header and settings, for wire's own tests. */
import type { Reading } from '@platen/model'
import type { HeaderDraft } from './envelope.ts'
import { generateSealingKey, generateSigningKey, recipientOf, type SealingKey } from './keys.ts'
import type { Settings } from './messages.ts'

/** A small, ordinary reading. */
export const reading: Reading = {
  id: '00112233445566778899aabbccddeeff',
  at: '2026-03-01T08:00:00.000Z',
  monotonic: 1234.5,
  address: '192.0.2.7',
  upTime: 4_294_967_295,
  identity: {
    vendor: 'Acme',
    model: 'Acme 9000',
    serial: 'A1B2',
    assetNumber: null,
    mac: '02:00:5e:00:53:01',
    hostName: null,
    location: 'Büro 3. OG',
    contact: null,
    firmware: '1.0',
    description: 'Acme 9000 打印机',
    objectId: '1.3.6.1.4.1.32473.1',
  },
  meters: [
    {
      unit: 'impressions',
      work: 'total',
      colour: 'all',
      size: 'all',
      sides: 'all',
      value: 2n ** 53n + 1n,
      source: { objects: ['1.3.6.1.2.1.43.10.2.1.4.1.1'], profile: 'standard', confidence: 'A' },
    },
  ],
  supplies: [],
  inputs: [],
  status: { device: 'idle', errors: [], alerts: [] },
  checks: [{ name: 'print+copy=total', left: -1n, right: 2n ** 64n, holds: false }],
  misses: [],
  profile: 'standard',
  instructions: '1',
  observation: { '1.3.6.1.2.1.43.10.2.1.4.1.1': '70|9007199254740993' },
}

/** The four key pairs of one line between an Onsite and Central. */
export async function makeKeys() {
  const [onsite, channel] = await Promise.all([generateSigningKey(), generateSigningKey()])
  const [inbox, epoch] = await Promise.all([generateSealingKey(), generateSealingKey()])
  return {
    onsite,
    channel,
    inbox,
    epoch,
    toCentral: recipientOf(epoch.publicKey),
    toOnsite: recipientOf(inbox.publicKey),
  }
}

/** Lookups that know exactly one sealing key and one Onsite. */
export function knowing(sealing: SealingKey, signingPublicKey: Uint8Array) {
  const id = recipientOf(sealing.publicKey).id
  return {
    sealingKeys: (asked: Uint8Array) => (Buffer.compare(asked, id) === 0 ? sealing : null),
    signingKeyOf: (onsite: string) => (onsite === 'onsite-1' ? signingPublicKey : null),
  }
}

/** A header draft of the first envelope of an epoch. */
export const header: HeaderDraft = {
  onsite: 'onsite-1',
  epoch: 'ab'.repeat(16),
  seq: 0,
  kind: 'readings',
  at: '2026-03-01T08:00:05.000Z',
  life: 'ef'.repeat(8),
  monotonic: 6234.5,
  previous: null,
  scope: 'cd'.repeat(32),
  program: '0.1.0',
  instructions: '1',
}

export const settings: Settings = {
  version: 3,
  name: 'Head office',
  intervalMinutes: 60,
  looks: { statusMinutes: null, suppliesMinutes: null, inventoryMinutes: null },
  hours: null,
  closing: null,
  zone: 'UTC',
  packetsPerSecond: 600,
  ranges: ['192.0.2.0/24'],
  communities: ['public'],
  access: [],
  duty: 'active',
  partner: null,
  timeoutMs: 2000,
  tries: 2,
  masks: { address: false, hostName: false, mac: false, location: true, contact: false },
}
