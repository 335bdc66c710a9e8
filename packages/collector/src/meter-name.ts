/** A meter's name out of words: of a rule's axes, or of a key written down in a label table. */
import {
  type Colour,
  colours,
  type MeterName,
  type Sides,
  sides,
  type Unit,
  units,
  type Work,
  works,
} from '@platen/model'

/** Longest name of a medium that makes a meter of its own. */
const MAX_SIZE_NAME = 32

/** The name these words make, or null where one of them is no word of the model. */
export function nameFrom(words: Readonly<Record<keyof MeterName, string>>): MeterName | null {
  const unit: Unit | undefined = units.find((one) => one === words.unit)
  const work: Work | undefined = works.find((one) => one === words.work)
  const colour: Colour | undefined = colours.find((one) => one === words.colour)
  const side: Sides | undefined = sides.find((one) => one === words.sides)
  const { size } = words
  if (unit === undefined || work === undefined || colour === undefined || side === undefined) return null
  return size === '' || size.length > MAX_SIZE_NAME ? null : { unit, work, colour, size, sides: side }
}

/** Back from `work.colour.size.sides/unit`; null where the text is no meter's key. Media names may hold dots, so the ends are taken first. */
export function nameOfKey(key: string): MeterName | null {
  const [, work = '', colour = '', size = '', side = '', unit = ''] =
    /^([a-z]+)\.([a-z]+)\.(.+)\.([a-z]+)\/([a-z]+)$/i.exec(key) ?? []
  return nameFrom({ unit, work, colour, size, sides: side })
}
