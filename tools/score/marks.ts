/** The marks a reading gets: each attribute of each device is right, missing, wrong or invented, and for the first three there is a fact to hold it against. */

/** What is marked, in the order of the table. */
export const attributes = [
  'vendor',
  'model',
  'serial',
  'firmware',
  'mac',
  'lifeCount',
  'supplyLevel',
  'supplyCapacity',
  'supplyType',
  'supplyColour',
  'privateMeters',
] as const
export type Attribute = (typeof attributes)[number]

/** Missing: the recording says it and the reading does not. Invented: the reading says what nothing in the recording says. */
export const fates = ['right', 'missing', 'wrong', 'invented'] as const
export type Fate = (typeof fates)[number]

/** One mark. `detail` tells a person what was to be read and what was. */
export interface Mark {
  readonly attribute: Attribute
  readonly fate: Fate
  readonly detail: string
}

/** Marks one value against one fact. */
export function markOf(attribute: Attribute, want: string, got: string | null, isRight: boolean): Mark {
  if (got === null) return { attribute, fate: 'missing', detail: want }
  return { attribute, fate: isRight ? 'right' : 'wrong', detail: isRight ? want : `${want}, read as ${got}` }
}
