/**
 * What the whole line is held against: recordings of real devices with what others found in them, where `../shared` has them; else our
 * own recordings with their readings.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const root = path.resolve(import.meta.dirname, '..')
const corpus = path.resolve(root, '../shared/corpus')

/** True where recordings of real devices are at hand. */
export const hasCorpus = existsSync(path.join(corpus, 'MANIFEST.tsv'))

/** A recording and what its device is known to be. Null: nothing is known of it. */
export interface Witness {
  readonly file: string
  readonly vendor: string
  readonly model: string
  readonly serial: string | null
  readonly life: number | null
  /** `left/capacity` of each supply that was measured, sorted. */
  readonly supplies: readonly string[]
}

const factsSchema = z.object({
  prtGeneral: z.object({ serialNumber: z.record(z.string(), z.string()).optional() }).optional(),
  marker: z.array(z.object({ lifeCount: z.number().nullish() })).optional(),
  supplies: z
    .array(z.object({ unit: z.number().nullish(), capacity: z.number().nullish(), level: z.number().nullish() }))
    .optional(),
})
const expectedSchema = z.object({ identity: z.object({ serial: z.string().optional() }) })

/** Real devices that answer like whole printers, of eleven makers. */
const chosen = [
  'printmaster-kyocera-cs-4053ci',
  'printmaster-kyocera-ecosys-pa4000wx',
  'librenms-jetdirect_m130nw',
  'printmaster-brother-hl-l8260cdw',
  'printmaster-epson-am-c550',
  'printmaster-epson-cw-c6000au',
  'printmaster-epson-st-m1000',
  'cmkdemo-canon-ir-adv-c5240',
  'librenms-konica_c250i',
  'librenms-sharp',
  'murrant-samsung-ml',
  'librenms-utax',
  'librenms-fujifilmprinter_c7580',
]

/** Where a peer's model names the driver's family and the device itself is more exact (its description says PID:HP LaserJet MFP M130nw). */
const moreExact: Readonly<Record<string, string>> = { 'librenms-jetdirect_m130nw': 'LaserJet MFP M130nw' }

/** The witnesses, at least twelve of them. */
export function witnesses(): readonly Witness[] {
  return hasCorpus ? chosen.map(realWitness) : ownWitnesses()
}

function realWitness(name: string): Witness {
  const { vendor, model } = manifestWords(readFileSync(path.join(corpus, 'MANIFEST.tsv'), 'utf8'), name)
  const facts = factsSchema.parse(json(path.join(corpus, 'facts', `${name}.json`)))
  const expected = path.join(corpus, 'expected', `${name}.json`)
  const told = existsSync(expected) ? expectedSchema.parse(json(expected)).identity.serial : undefined
  const serial = Object.values(facts.prtGeneral?.serialNumber ?? {})[0] ?? told ?? null
  return {
    file: path.join(corpus, 'recordings', `${name}.snmprec`),
    vendor,
    model: moreExact[name] ?? model,
    serial: serial?.trim() ?? null,
    life: facts.marker?.[0]?.lifeCount ?? null,
    supplies: (facts.supplies ?? []).flatMap(measured).toSorted(),
  }
}

/** Vendor and model of a recording as the manifest has them. @throws Error where it has none: an empty word is like any other. */
export function manifestWords(manifest: string, name: string): { readonly vendor: string; readonly model: string } {
  const rows = manifest.split('\n').map((line) => line.split('\t'))
  const [, , vendor = '', model = ''] = rows.find(([file]) => file === `recordings/${name}.snmprec`) ?? []
  if (vendor.trim() === '' || model.trim() === '') throw new Error(`MANIFEST.tsv names no vendor and model of ${name}`)
  return { vendor, model }
}

/** Per cent has the capacity 100 whatever the row says; tenths of grams and of millilitres are read as grams and millilitres. */
function measured({
  unit,
  capacity,
  level,
}: {
  unit?: number | null | undefined
  capacity?: number | null | undefined
  level?: number | null | undefined
}) {
  if (level === null || level === undefined || level < 0) return []
  if (unit === 19) return [`${Math.min(level, 100)}/100`]
  if (capacity === null || capacity === undefined || capacity <= 0) return []
  const scale = unit === 13 || unit === 15 ? 10 : 1
  return [`${level / scale}/${capacity / scale}`]
}

const readingSchema = z.object({
  identity: z.object({ vendor: z.string().nullable(), model: z.string().nullable(), serial: z.string().nullable() }),
  meters: z.array(
    z.object({ work: z.string(), colour: z.string(), size: z.string(), sides: z.string(), value: z.coerce.string() }),
  ),
  supplies: z.array(
    z.object({ level: z.object({ kind: z.string(), left: z.number().optional(), capacity: z.number().optional() }) }),
  ),
})

function ownWitnesses(): readonly Witness[] {
  const folder = path.join(root, 'knowledge/readings')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const { identity, meters, supplies } = readingSchema.parse(json(path.join(folder, name)))
      const total = meters.find(
        (meter) => `${meter.work}.${meter.colour}.${meter.size}.${meter.sides}` === 'total.all.all.all',
      )
      return {
        file: path.join(root, 'knowledge/recordings', name.replace(/\.json$/, '.snmprec')),
        vendor: identity.vendor ?? '',
        model: identity.model ?? '',
        serial: identity.serial,
        life: total === undefined ? null : Number(total.value),
        supplies: supplies
          .flatMap(({ level }) => (level.kind === 'measured' ? [`${level.left}/${level.capacity}`] : []))
          .toSorted(),
      }
    })
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}
