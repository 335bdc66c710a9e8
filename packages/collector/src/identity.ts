/** Who a device says it is, with placeholders recognised and the maker's name taken off the model. */
import type { FirmwarePart, Identity } from '@platen/model'
import { cleanText } from './charset.ts'
import { beginsWithWord, stripPrefixes } from './cuts.ts'
import type { Facts } from './facts.ts'
import { type Accept, type Find, textOf } from './found.ts'
import type { Instructions, Profile } from './instructions.ts'
import { bounds, liesIn } from './reach.ts'
import type { Brand, IdentityField } from './schema/profile.ts'

/** Longer serial numbers are none: cutting one would make two devices the same. */
const MAX_SERIAL = 64

/** Reads the identity; what a profile asks for and the device does not say is a miss, an empty answer is not. */
export function readIdentity(facts: Facts, makers: Instructions['makers']): Identity {
  const text = (field: IdentityField): string | null => readText(facts, field)
  const description = text('description')
  const objectId = text('objectId')
  const said = text('vendor')
  const deviceName = text('deviceName')
  const brand = knownBrand({ texts: [deviceName, said, description], objectId }, facts.plan.profile, makers)
  const vendor = brand?.vendor ?? said
  const serial = text('serial')
  return {
    vendor,
    model: bareModel(text('model'), { vendor, brand, serial }),
    serial,
    assetNumber: text('assetNumber'),
    mac: readMac(facts),
    hostName: text('hostName'),
    location: text('location'),
    contact: text('contact'),
    firmware: text('firmware'),
    description,
    objectId,
  }
}

/** The programs in a device that have a name and a version. */
export function readFirmware(facts: Facts): readonly FirmwarePart[] {
  const parts = new Map<string, FirmwarePart>()
  for (const plan of facts.plan.firmware) {
    for (const row of facts.rows(plan.rows)) {
      const name = facts.word(plan.name, row)
      const version = facts.text(plan.version, row)
      if (name === '' || version === null || version.value === '' || parts.has(name)) continue
      parts.set(name, { name, version: version.value })
      facts.note(version.objects, () => `firmware of ${name} '${version.value}'`)
    }
  }
  return facts.atMost([...parts.values()], bounds.rows, 'firmware')
}

/** TimeTicks, as RFC 2578 section 7.1.8 bounds them. */
const TIME_TICKS = { least: 0, most: 4_294_967_295 } as const

/** sysUpTime in hundredths of a second, or null. */
export function readUpTime(facts: Facts): number | null {
  const find = facts.plan.identity.get('upTime')
  const time = find === undefined ? null : facts.whole(find, undefined, { subject: 'upTime', range: TIME_TICKS })
  if (time === null) return null
  facts.note(time.objects, () => `up time ${time.value}`)
  return time.value
}

/** One fact as text; why there is none becomes a miss, unless the device answered with nothing. */
function readText(facts: Facts, field: IdentityField): string | null {
  const find = facts.plan.identity.get(field)
  if (find === undefined) return null
  const isPlaceholder = placeholdersOf(facts, field)
  const accept: Accept = (found, scene) => {
    const text = cleanText(textOf(found, scene), facts.plan.textLimit)
    return text !== '' && !isPlaceholder(text)
  }
  const found = facts.find(find, undefined, accept)
  if (found === undefined) {
    if (named.has(field)) facts.miss(field, 'absent', { code: 'notSaid' })
    return null
  }
  const text = cleanText(textOf(found, facts.scene), field === 'serial' ? MAX_SERIAL + 1 : facts.plan.textLimit)
  if (text === '') return null
  if (isPlaceholder(text)) {
    facts.miss(field, 'placeholder', { code: 'placeholder', said: facts.shown(found) })
    return null
  }
  if (field === 'serial' && text.length > MAX_SERIAL) {
    facts.miss(field, 'implausible', { code: 'tooLong', most: MAX_SERIAL })
    return null
  }
  facts.note(found.objects, () => `${field} '${text}'`)
  return text
}

/** Fields without which a device is hard to tell from another: their absence is worth saying. */
const named: ReadonlySet<IdentityField> = new Set(['serial', 'model', 'mac'])

type IsPlaceholder = (text: string) => boolean
type OwnPlaceholders = 'serial' | 'model' | 'any'
/** Weak, so that instructions that were replaced can go. */
const placeholders = new WeakMap<Profile, Readonly<Record<OwnPlaceholders, IsPlaceholder>>>()

/** Whole texts that stand for nothing, and texts of one character such as a factory leaves behind. */
export function placeholdersOf(facts: Facts, field: IdentityField): IsPlaceholder {
  const { profile } = facts.plan
  let made = placeholders.get(profile)
  if (made === undefined) {
    const { only, any, serial, model } = profile.placeholders
    const inAny = (own: readonly string[]): IsPlaceholder => {
      const whole = new Set([...any, ...own].map((placeholder) => placeholder.toLowerCase()))
      return (text) => {
        const first = text.charAt(0)
        return whole.has(text.toLowerCase()) || (only.includes(first) && text.replaceAll(first, '') === '')
      }
    }
    made = { serial: inAny(serial), model: inAny(model), any: inAny([]) }
    placeholders.set(profile, made)
  }
  return made[field === 'serial' || field === 'model' ? field : 'any']
}

interface SaidOfBrand {
  readonly texts: readonly (string | null)[]
  readonly objectId: string | null
}

/** Devices of one model say the same; one that makes up new words fills no memory. */
const MOST_BRANDED = 1_024
type Branded = Map<string, Brand | undefined>
const branded = new WeakMap<Instructions['makers'], WeakMap<Profile, Branded>>()

/** Looked up once for all devices that say the same: there are hundreds of words to compare. */
function knownBrand(said: SaidOfBrand, profile: Profile, makers: Instructions['makers']): Brand | undefined {
  const byProfile = branded.get(makers) ?? new WeakMap<Profile, Branded>()
  const bySaid = byProfile.get(profile) ?? new Map<string, Brand | undefined>()
  branded.set(makers, byProfile)
  byProfile.set(profile, bySaid)
  const key = JSON.stringify([said.texts, said.objectId])
  if (bySaid.has(key)) return bySaid.get(key)
  const brand = brandOf(said, [...profile.brands, ...makers])
  if (bySaid.size < MOST_BRANDED) bySaid.set(key, brand)
  return brand
}

/** Recognises the brand by what is written on the device before who built it: rebrands answer with the builder's number. */
function brandOf(said: SaidOfBrand, brands: readonly Brand[]): Brand | undefined {
  for (const text of said.texts) {
    const brand = text === null ? undefined : brands.find(({ id }) => id.some((words) => beginsWithWord(text, words)))
    if (brand !== undefined) return brand
  }
  const { objectId } = said
  if (objectId === null) return undefined
  return brands.find(({ objectId: own, printers }) => [...own, ...printers].some((branch) => liesIn(objectId, branch)))
}

/** The model without the maker before it and without the serial number some devices write after it (and the firmware after that). */
function bareModel(
  model: string | null,
  known: { readonly vendor: string | null; readonly brand: Brand | undefined; readonly serial: string | null },
): string | null {
  if (model === null) return null
  const at = known.serial === null ? -1 : model.indexOf(` ${known.serial}`)
  const own = at > 0 ? model.slice(0, at) : model
  const longestFirst = [known.vendor ?? '', ...(known.brand?.id ?? [])].sort((one, other) => other.length - one.length)
  const bare = stripPrefixes(
    own,
    longestFirst.filter((name) => name !== ''),
  )
  return bare === '' ? model : bare
}

/** The MAC of the first interface that tells one. */
function readMac(facts: Facts): string | null {
  const find: Find | undefined = facts.plan.identity.get('mac')
  if (find === undefined) return null
  const found = facts.find(find, undefined, (one) => macOf(one.value) !== null)
  const mac = found === undefined ? null : macOf(found.value)
  if (mac === null) facts.miss('mac', found === undefined ? 'absent' : 'malformed', { code: 'noMac' })
  else if (found !== undefined) facts.note(found.objects, () => `mac ${mac}`)
  return mac
}

/** A MAC written out, leading zeros left off or not: some agents answer ifPhysAddress so (met: `0:15:99:7d:b1:6a`). */
const WRITTEN = /^[0-9a-f]{1,2}([:-])[0-9a-f]{1,2}(\1[0-9a-f]{1,2}){4}$/i

/** Six octets, as such or written out, that are not all alike in every bit: neither nothing nor broadcast. */
function macOf(value: unknown): string | null {
  if (!(value instanceof Uint8Array)) return null
  const octets = value.length === 6 ? value : writtenOctets(value)
  if (octets.length !== 6 || octets.every((octet) => octet === 0) || octets.every((octet) => octet === 0xff))
    return null
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(':')
}

/** The longest written form is 17 characters; none is what is no MAC. */
function writtenOctets(value: Uint8Array): Uint8Array {
  const text = value.length <= 17 ? Buffer.from(value).toString('latin1') : ''
  return WRITTEN.test(text)
    ? Uint8Array.from(text.split(/[:-]/), (part) => Number.parseInt(part, 16))
    : new Uint8Array()
}
