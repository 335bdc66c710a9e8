/**
 * Tells Central's answers from those of whatever sits on the way. Proxies answer too: login pages with 200, 401 and 407 of their own, 502.
 * Only what carries Central's header is looked at, and only what is signed (see deliver.ts and enrol.ts) is believed.
 */
import { parseJson, type Refusal, readRefusal } from '@platen/wire'
import type { Ask, Exchange, Exchanged, ExchangeFailure } from './exchange.ts'

/** Why a call to Central brought nothing. `refused` is Central's own word (a hint in the clear, never proof), `refusal` says which. */
export type CallFailure = ExchangeFailure | 'proxyLogin' | 'proxyFailed' | 'redirected' | 'notPlaten' | 'refused'

/** A body from something that says it is Central, or why there is none. */
export type Called =
  | { readonly ok: true; readonly body: Uint8Array }
  | {
      readonly ok: false
      readonly reason: CallFailure
      readonly detail: string
      readonly refusal: Refusal | null
      /** Seconds to stay away, if it was said; a hint like the refusal. */
      readonly retryAfterSeconds: number | null
    }

/** A hint in the clear may keep an Onsite away no longer than this: anybody on the way can write it. */
const RETRY_AFTER_MOST = 3600

/** Makes one call and judges who answered. */
export async function callCentral(exchange: Exchange, ask: Ask): Promise<Called> {
  const got = await exchange(ask)
  return got.ok ? judge(got) : failedWay(got)
}

function judge(reply: Exchanged & { ok: true }): Called {
  const { status, headers, body } = reply
  if (headers.platen === '1') return status === 200 ? { ok: true, body } : refusedBy(reply)
  // Servers and proxies say so of a request that did not come whole in time: the line was too slow for what we sent.
  if (status === 408) return failure('timeout', '408 that is not from Central')
  if (status === 407 || status === 401) return failure('proxyLogin', `${status} that is not from Central`)
  if (status >= 300 && status < 400) return failure('redirected', `${status} to ${headers.location ?? 'nowhere'}`)
  if (status >= 500) return failure('proxyFailed', `${status} that is not from Central`)
  const type = headers['content-type'] ?? 'no content type'
  return failure('notPlaten', `${status} with ${type}, ${body.length} bytes`)
}

function refusedBy({ status, body, headers }: Exchanged & { ok: true }): Called {
  const said = readRefusal(parseJson(body))
  const seconds = said?.retryAfterSeconds ?? secondsOf(headers['retry-after'])
  const retryAfterSeconds = seconds === null ? null : Math.min(seconds, RETRY_AFTER_MOST)
  return {
    ok: false,
    reason: 'refused',
    detail: said?.refused ?? `status ${status}`,
    refusal: said?.refused ?? 'other',
    retryAfterSeconds,
  }
}

function failedWay(got: Exchanged & { ok: false }): Called {
  if (got.reason !== 'proxyRefused') return failure(got.reason, got.detail)
  return failure(got.status === 407 || got.status === 401 ? 'proxyLogin' : 'proxyFailed', got.detail)
}

function failure(reason: CallFailure, detail: string): Called & { ok: false } {
  return { ok: false, reason, detail: detail.slice(0, 300), refusal: null, retryAfterSeconds: null }
}

function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : null
}
