/** The face of central: the server as a whole, and what tools, benchmarks and end-to-end tests put it together from. */
export type { MadePerson, NewAdmin, NewPerson } from './access/admin.ts'
export { type Central, type CentralOptions, createCentral } from './central.ts'
export type { Database } from './db/database.ts'
export { type DatabaseOptions, openDatabase } from './db/open.ts'
export { type IntakeParts, type TakenIn, takeIn } from './intake.ts'
export { type Keyring, openKeyring } from './keys/keyring.ts'
export { realClock, realDice } from './real-world.ts'
export type { Clock, Dice, Log } from './world.ts'
