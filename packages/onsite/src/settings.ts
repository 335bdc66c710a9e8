/**
 * Settings from Central, as far as they may reach: which of the agreed addresses, by which names, how often, and what to leave out. They
 * are taken only from signed answers and only forward; what is masked never gets into an envelope.
 */
import type { Reading } from '@platen/model'
import type { Settings } from '@platen/wire'
import type { Store } from './store.ts'

/** What stands in a reading for an address that must not leave the building. */
const WITHHELD = 'withheld'

/** What became of settings in an answer. */
export type Applied = 'applied' | 'same' | 'older'

/** Keeps settings if their version is higher than that of the ones in force: replayed old settings change nothing. */
export function applySettings(store: Store, settings: Settings): Applied {
  const version = store.get('settings')?.version ?? -1
  if (settings.version === version) return 'same'
  if (settings.version < version) return 'older'
  store.set('settings', settings)
  return 'applied'
}

/** The reading without what the settings leave out. Serial and meters stay: they are what is billed. */
export function maskReading(reading: Reading, masks: Settings['masks']): Reading {
  const { identity } = reading
  return {
    ...reading,
    address: masks.address ? WITHHELD : reading.address,
    identity: {
      ...identity,
      hostName: masks.hostName ? null : identity.hostName,
      mac: masks.mac ? null : identity.mac,
      location: masks.location ? null : identity.location,
      contact: masks.contact ? null : identity.contact,
    },
  }
}
