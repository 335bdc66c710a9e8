/** The face of the simulator: printers made of recordings, on loopback addresses, for the demo, the tests and the benchmarks. */
export { parseSnmprec, type Recording, type RecordingProblem } from './recordings.ts'
