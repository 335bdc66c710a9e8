/** The face of Onsite for the tools, the benchmarks and the whole-line tests; the program itself is main.ts. */
export type { Asked } from './ask.ts'
// public: tools/run and e2e lay out state folders by these names
export { stateFiles } from './database.ts'
export type { Delivered, DeliveryFailure } from './deliver.ts'
export type { EnrolFailure, Enrolled } from './enrol.ts'
export { type Exchange, httpExchange, type Way } from './exchange.ts'
export type { LoadedInstructions } from './instructions.ts'
// public: bench measures memory as the program has it
export { keepHeapLean } from './lean.ts'
export {
  type EnrolWish,
  type Hindrance,
  Onsite,
  type OnsiteOptions,
  openOnsite,
} from './onsite.ts'
export { type RunOptions, run } from './run.ts'
export { Scope } from './scope.ts'
export { parseScope, type ScopeFile, type ScopeProblem } from './scope-file.ts'
export { type Status, statusOf } from './status.ts'
export type { Fate, Tally } from './tally.ts'
export type { RoundDone, RoundWatch } from './whole-round.ts'
export { type Clock, type LogLine, realWorld, type World } from './world.ts'
