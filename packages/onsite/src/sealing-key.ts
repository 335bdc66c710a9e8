/**
 * A new key to seal to for an Onsite that was away so long that Central destroyed the one it knows. Central's refusal is unsigned and proves
 * nothing; the key list is signed, and its key must be younger than the last that Central signed to us, or an old list could be replayed.
 */
import { checkKeyList, fingerprint, fromHex, parseJson, recipientOf, toHex } from '@platen/wire'
import { callCentral } from './call.ts'
import type { DeliveryJob } from './deliver.ts'

/**
 * Asks for the key of the moment and takes it where it is new. What waits under the old key is put back, not dropped: nobody has proved that
 * Central cannot open it. Without a new key, or where the disk does not take it, everything stays as it is, for the next visit to ask again.
 */
export async function renewSealingKey(job: DeliveryJob): Promise<void> {
  const { store, outbox, exchange, signal } = job
  const central = store.get('central')
  if (central === null) return
  const called = await callCentral(exchange, { method: 'GET', path: '/onsite/keys', signal })
  if (!called.ok) return
  const keys = checkKeyList(parseJson(called.body), fingerprint(fromHex(central.channelKey)))
  if (!keys.ok || keys.sealing === null) return
  const { publicKey, since } = keys.sealing
  const lastSigned = store.get('serverTime')
  if (lastSigned !== null && since <= lastSigned) return
  const { id } = recipientOf(publicKey)
  store.attempt(() => {
    store.set('central', { ...central, sealing: { id: toHex(id), publicKey: toHex(publicKey) } })
    outbox.putAllBack()
    store.report('Central no longer holds the key that envelopes were sealed to; there is a new one for those to come')
  })
}
