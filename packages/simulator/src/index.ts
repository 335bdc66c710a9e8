/** The face of the simulator: printers made of recordings, on loopback addresses, for the demo, the tests and the benchmarks. */
export { diceOf } from './dice.ts'
export type { Fault } from './faults.ts'
export { type RecordingFile, readGrowthModels, readRecordings } from './files.ts'
export { Fleet, type FleetOptions, loopbackAddresses, type NamedRecording, printersOf, startFleet } from './fleet.ts'
export type { GrowthModel } from './growth-model.ts'
export { Printer } from './printer.ts'
export { parseSnmprec, type Recording, type RecordingProblem } from './recordings.ts'
export type { AgentSettings } from './responder.ts'
