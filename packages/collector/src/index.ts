/** Reads a printer by instructions: probe, identify, ask, make a reading, explain it. Knows no vendor, opens no socket. */
export { nameBefore } from './asks.ts'
export { collect } from './collect.ts'
export { type Compiled, compile } from './compile.ts'
export { type ExplainedLine, explain } from './explain.ts'
export { identify } from './identify.ts'
export {
  type Instructions,
  type ParsedInstructions,
  type Profile,
  parseInstructions,
} from './instructions.ts'
export { asksOf, type KnownRows, knownRowsText, parseKnownRows, remember } from './known-rows.ts'
export { carryAnswers } from './meter-objects.ts'
export { type NormaliseInput, normalise, type Stamp } from './normalise.ts'
export { type Observation, observationOf, recordOf } from './observation.ts'
export { type Answer, type Evidence, evidenceOf, type ProbeResult, probe } from './probe.ts'
export { type Questions, questions } from './questions.ts'
export { type Doubt, type Recalled, type RecallJob, recall } from './recall.ts'
export type { LaterKind } from './wanted.ts'
