/**
 * The face of collector for whoever only interprets: kept answers become a reading once more, under other instructions. Nothing on it asks a
 * device anything, so that Central may import it and still has no way to reach a printer.
 */
export { type Instructions, type Profile, parseInstructions } from './instructions.ts'
export { meterObjects, withKnown } from './meter-objects.ts'
export { normalise } from './normalise.ts'
export { observationOf } from './observation.ts'
