/** Every reading the model allows within wire's bounds, as a fast-check arbitrary. */
import {
  alertSeverities,
  colours,
  confidences,
  deviceStatuses,
  errorBits,
  missReasons,
  type Reading,
  sides,
  supplyClasses,
  supplyKinds,
  supplyUnits,
  units,
  works,
} from '@platen/model'
import fc from 'fast-check'

const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !value.includes('\0'))
const said = fc.option(text)
const number = fc.integer()
const oid = fc.array(fc.nat(), { minLength: 1, maxLength: 12 }).map((parts) => parts.join('.'))
const source = fc.record({
  objects: fc.array(oid, { maxLength: 3 }),
  profile: text,
  confidence: fc.constantFrom(...confidences),
})
const level = fc.oneof(
  fc.record({ kind: fc.constant('measured' as const), left: number, capacity: number }),
  fc.record({ kind: fc.constantFrom('some' as const, 'unlimited' as const, 'unknown' as const) }),
)
const meter = fc.record({
  unit: fc.constantFrom(...units),
  work: fc.constantFrom(...works),
  colour: fc.constantFrom(...colours),
  size: fc.constantFrom('all', 'large', 'A4', 'Letter'),
  sides: fc.constantFrom(...sides),
  value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  source,
})
const supply = fc.record({
  index: text,
  kind: fc.constantFrom(...supplyKinds),
  class: fc.constantFrom(...supplyClasses),
  colorant: said,
  description: text,
  partNumber: said,
  serial: said,
  unit: fc.constantFrom(...supplyUnits),
  level,
  source,
})
const input = fc.record({
  index: text,
  name: text,
  media: said,
  feedMicrometres: fc.option(number),
  crossFeedMicrometres: fc.option(number),
  level,
  unit: fc.constantFrom(...supplyUnits),
})
const alert = fc.record({
  group: number,
  groupIndex: number,
  code: number,
  severity: fc.constantFrom(...alertSeverities),
  training: number,
  location: number,
  text,
})
const wide = fc.bigInt({ min: -(10n ** 24n) + 1n, max: 10n ** 24n - 1n })
const moment = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
/** Any reading that the schema lets pass, with text in every script. */
export const anyReading: fc.Arbitrary<Reading> = fc.record({
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  at: moment,
  monotonic: fc.nat(),
  address: fc.ipV4(),
  upTime: fc.option(fc.nat()),
  identity: fc.record({
    vendor: said,
    model: said,
    serial: said,
    assetNumber: said,
    mac: said,
    hostName: said,
    location: said,
    contact: said,
    firmware: said,
    description: said,
    objectId: said,
  }),
  meters: fc.array(meter, { maxLength: 5 }),
  supplies: fc.array(supply, { maxLength: 3 }),
  inputs: fc.array(input, { maxLength: 3 }),
  status: fc.record({
    device: fc.constantFrom(...deviceStatuses),
    errors: fc.array(fc.constantFrom(...errorBits), { maxLength: 3 }),
    alerts: fc.array(alert, { maxLength: 3 }),
  }),
  checks: fc.array(fc.record({ name: text, left: wide, right: wide, holds: fc.boolean() }), { maxLength: 3 }),
  misses: fc.array(
    fc.record(
      {
        subject: text,
        reason: fc.constantFrom(...missReasons),
        detail: text,
        code: text,
        params: fc.dictionary(fc.constantFrom('said', 'most', 'level'), text, { maxKeys: 3, noNullPrototype: true }),
      },
      { requiredKeys: ['subject', 'reason', 'detail'] },
    ),
    { maxLength: 3 },
  ),
  profile: text,
  instructions: text,
  observation: fc.dictionary(oid, text, { maxKeys: 5, noNullPrototype: true }),
})
