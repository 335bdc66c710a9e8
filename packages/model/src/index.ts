/** The words of Platen: pure types and a few pure functions that every floor above shares, in programs and in the browser. */
export * from './billable.ts'
export * from './meter.ts'
export * from './reading.ts'
export * from './supply.ts'
