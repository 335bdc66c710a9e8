/** Tries the way to Central without delivering anything: the signed key list comes back, or what stands in the way. */
import { checkKeyList, fingerprint, fromHex, parseJson } from '@platen/wire'
import { type Called, callCentral } from './call.ts'
import type { Exchange } from './exchange.ts'
import type { Fact } from './store.ts'
import type { Clock } from './world.ts'

/** The way is open, and how long it took there and back; or why it is not. `fingerprintMismatch`: somebody else answers there. */
export type Checked =
  | { readonly ok: true; readonly milliseconds: number }
  | Extract<Called, { ok: false }>
  | { readonly ok: false; readonly reason: 'fingerprintMismatch'; readonly detail: string; readonly refusal: null }

/** Asks once. */
export async function checkWay(
  exchange: Exchange,
  known: { readonly central: Fact<'central'>; readonly clock: Pick<Clock, 'now'> },
): Promise<Checked> {
  const began = known.clock.now()
  const called = await callCentral(exchange, { method: 'GET', path: '/onsite/keys' })
  if (!called.ok) return called
  const keys = checkKeyList(parseJson(called.body), fingerprint(fromHex(known.central.channelKey)))
  return keys.ok
    ? { ok: true, milliseconds: known.clock.now() - began }
    : { ok: false, reason: 'fingerprintMismatch', detail: keys.reason, refusal: null }
}
