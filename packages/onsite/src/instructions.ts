/**
 * Signed instructions: what to ask which printer comes from outside the program, so it is believed only under the signature of a key that
 * Central does not hold, and executed only if it asks for no more than this program allows.
 */
import { type Instructions, parseInstructions } from '@platen/collector'
import { type OpenedInstructions, openInstructions } from '@platen/wire'
import { letGo } from './lean.ts'

/** The form of bundle that this program executes. */
const FORMAT = 1
/** Objects within objects in a bundle: real ones have 12. Deeper ones would be a loop without an end for whoever walks them. */
const DEPTH_MOST = 64

/** Why signed instructions may not be executed. */
export type InstructionsFailure =
  | Extract<OpenedInstructions, { ok: false }>['reason']
  | 'missing'
  | 'noTrust'
  | 'otherFormat'
  | 'badInstructions'

/** Instructions that may be executed, or why these may not. */
export type LoadedInstructions =
  | { readonly ok: true; readonly instructions: Instructions }
  | { readonly ok: false; readonly reason: InstructionsFailure; readonly detail: string }

/** The files verified last, the newest last: those in force and those that wait. Checking one takes some 200 ms, and what is made of it plans. */
let verified: readonly { readonly text: string; readonly trustPem: string; readonly loaded: LoadedInstructions }[] = []
const VERIFIED_MOST = 2

/**
 * Instructions from the text of a signed file under a pinned public key. Nothing of the bundle is looked at before the signature is right. The
 * same text under the same key is the same answer.
 */
export function verifyBundle(text: string, trustPem: string): LoadedInstructions {
  const before = verified.find((one) => one.text === text && one.trustPem === trustPem)
  const loaded = before?.loaded ?? verify(text, trustPem)
  if (before === undefined) letGo()
  if (loaded.ok)
    verified = [...verified.filter((one) => one !== before), { text, trustPem, loaded }].slice(-VERIFIED_MOST)
  return loaded
}

function verify(text: string, trustPem: string): LoadedInstructions {
  const opened = openInstructions(text, trustPem)
  if (!opened.ok) return opened
  if (depthOf(opened.bundle) > DEPTH_MOST)
    return { ok: false, reason: 'badInstructions', detail: `nested deeper than ${DEPTH_MOST}` }
  const json = jsonOf(opened.bundle)
  const format = formatOf(json)
  if (format !== undefined && format !== FORMAT)
    return { ok: false, reason: 'otherFormat', detail: `format ${String(format).slice(0, 20)}, not ${FORMAT}` }
  const parsed = parseInstructions(json)
  return parsed.ok ? parsed : { ok: false, reason: 'badInstructions', detail: parsed.problems.slice(0, 3).join('; ') }
}

/** How deep brackets nest outside of strings: counted before anything walks the bundle, since walking a deep one ends the program. */
function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  let isText = false
  for (let at = 0; at < json.length; at += 1) {
    const mark = json[at]
    if (isText && mark === '\\') at += 1
    else if (mark === '"') isText = !isText
    else if (isText) continue
    else if (mark === '[' || mark === '{') depth += 1
    else if (mark === ']' || mark === '}') depth -= 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

function formatOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
