/**
 * Settings from Central, as far as they may reach: which of the agreed addresses, by which names, how often, and what to leave out. They
 * are taken only from signed answers and only forward; what is masked never gets into an envelope.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Reading } from '@platen/model'
import type { Settings } from '@platen/wire'
import { parseAddress } from './addresses.ts'
import type { Store } from './store.ts'

/** What stands in a reading for an address that must not leave the building. */
const WITHHELD = 'withheld'

/** What became of settings in an answer. */
export type Applied = 'applied' | 'same' | 'older'

/**
 * Keeps settings if their version is not lower than that of the ones in force: replayed old settings change nothing. The same version says
 * more where this program has learnt to read more of it than the one before. What was `ignored` is told once, not with every answer.
 */
export function applySettings(store: Store, settings: Settings, ignored: readonly string[] = []): Applied {
  const before = store.get('settings')
  if (before !== null && settings.version < before.version) return 'older'
  if (before !== null && isDeepStrictEqual(before, settings)) return 'same'
  store.set('settings', settings)
  if (ignored.length > 0)
    store.report(`settings of a newer Central that this program does not know are ignored: ${ignored.join(', ')}`)
  return 'applied'
}

/** A sentence for Central without the addresses in it, where they are left out. */
export function maskSentence(text: string, masks: Settings['masks'] | undefined): string {
  if (masks?.address !== true) return text
  return text.replace(/[0-9a-fA-F]*[.:][0-9a-fA-F.:]+[0-9a-fA-F]/g, (found) =>
    parseAddress(found) === null ? found : WITHHELD,
  )
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
