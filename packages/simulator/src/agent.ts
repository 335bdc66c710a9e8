/** What an SNMP agent answers to each verb, v1 and v2c, over a view of one device's objects (RFC 1157 section 4, RFC 3416 section 4.2). */
import { Oid, type Pdu, type Value, type Varbind, type Version } from '@platen/snmp'

/** One device's objects as they are now. */
export interface View {
  /** The object of exactly this name. */
  get(oid: Oid): Varbind | undefined
  /** The first object after this name. */
  next(oid: Oid): Varbind | undefined
}

/** What goes back: varbinds, or an error and which varbind (from 1) it is about. */
export interface Answer {
  readonly errorStatus: number
  readonly errorIndex: number
  readonly varbinds: readonly Varbind[]
}

/** error-status values (RFC 3416 section 3). */
export const STATUS = { noError: 0, tooBig: 1, noSuchName: 2, genErr: 5, noAccess: 6 } as const

/** More varbinds fit no datagram. */
const MOST_VARBINDS = 2_048

/** The answer to one request, or nothing for a PDU that agents do not answer. */
export function answer(view: View, version: Version, pdu: Pdu): Answer | undefined {
  switch (pdu.type) {
    case 'get':
      return version === 'v1'
        ? each1(pdu.varbinds, (oid) => get1(view, oid))
        : fine(pdu.varbinds.map(({ oid }) => get2(view, oid)))
    case 'next':
      return version === 'v1'
        ? each1(pdu.varbinds, (oid) => next1(view, oid))
        : fine(pdu.varbinds.map(({ oid }) => next2(view, oid)))
    case 'bulk':
      // RFC 3584 section 4.1: v1 has no GETBULK; agents drop what they cannot parse.
      return version === 'v1' ? undefined : fine(bulk(view, pdu))
    case 'set':
      return {
        errorStatus: version === 'v1' ? STATUS.noSuchName : STATUS.noAccess,
        errorIndex: 1,
        varbinds: pdu.varbinds,
      }
    default:
      return undefined
  }
}

const fine = (varbinds: readonly Varbind[]): Answer => ({ errorStatus: STATUS.noError, errorIndex: 0, varbinds })

/** v1 answers all or nothing: the first name that has no value is the error, and the varbinds go back as they came. */
function each1(asked: readonly Varbind[], look: (oid: Oid) => Varbind | undefined): Answer {
  const varbinds: Varbind[] = []
  for (const [index, { oid }] of asked.entries()) {
    const found = look(oid)
    if (found === undefined) return { errorStatus: STATUS.noSuchName, errorIndex: index + 1, varbinds: asked }
    varbinds.push(found)
  }
  return fine(varbinds)
}

/** RFC 3584 section 4.2.2.1: Counter64 does not exist for a v1 manager. */
const isV1 = (varbind: Varbind): boolean => varbind.value.type !== 'counter64'

function get1(view: View, oid: Oid): Varbind | undefined {
  const found = view.get(oid)
  return found !== undefined && isV1(found) ? found : undefined
}

function next1(view: View, oid: Oid): Varbind | undefined {
  let found = view.next(oid)
  while (found !== undefined && !isV1(found)) found = view.next(found.oid)
  return found
}

function get2(view: View, oid: Oid): Varbind {
  return view.get(oid) ?? { oid, value: { type: hasObject(view, oid) ? 'noSuchInstance' : 'noSuchObject' } }
}

/** Whether the object exists with another last index: near enough to what an agent with a compiled MIB knows. */
function hasObject(view: View, oid: Oid): boolean {
  const text = oid.text
  const parent = text.slice(0, text.lastIndexOf('.'))
  if (!parent.includes('.')) return false
  const object = Oid.parse(parent)
  return view.next(object)?.oid.startsWith(object) === true
}

const END: Value = { type: 'endOfMibView' }

const next2 = (view: View, oid: Oid): Varbind => view.next(oid) ?? { oid, value: END }

/** RFC 3416 section 4.2.3: the first names once, the others row by row, ending early when nothing more can come. */
function bulk(view: View, pdu: Extract<Pdu, { type: 'bulk' }>): readonly Varbind[] {
  const once = Math.min(Math.max(pdu.nonRepeaters, 0), pdu.varbinds.length)
  const varbinds = pdu.varbinds.slice(0, once).map(({ oid }) => next2(view, oid))
  let row = pdu.varbinds.slice(once)
  for (let count = 0; count < pdu.maxRepetitions && row.length > 0 && varbinds.length < MOST_VARBINDS; count++) {
    row = row.map((last) => (last.value.type === 'endOfMibView' ? last : next2(view, last.oid)))
    varbinds.push(...row)
    if (row.every(({ value }) => value.type === 'endOfMibView')) break
  }
  return varbinds
}
