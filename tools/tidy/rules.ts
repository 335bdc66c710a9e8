/** All house rules that run, in the order in which they are told. */
import type { Rule } from './house.ts'
import { openings, undone } from './rules/comments.ts'
import { deadExports } from './rules/dead-exports.ts'
import { dependencies } from './rules/dependencies.ts'
import { faces } from './rules/faces.ts'
import { floors } from './rules/floors.ts'
import { outgoing } from './rules/outgoing.ts'
import { fileSizes, functionSizes, profileSizes } from './rules/sizes.ts'
import { noAny, noCasts, noNonNull } from './rules/unsafe.ts'
import { vendors } from './rules/vendors.ts'
import { world } from './rules/world.ts'

/** Every rule has a test that proves it can fail. */
export const rules: readonly Rule[] = [
  floors,
  outgoing,
  faces,
  vendors,
  world,
  fileSizes,
  functionSizes,
  profileSizes,
  deadExports,
  noAny,
  noCasts,
  noNonNull,
  openings,
  undone,
  dependencies,
]
