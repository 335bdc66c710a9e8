/** How any printer moves of which nothing else is known: the standard objects of RFC 3805, 2790 and 1213 and ordinary yields. */
import type { GrowthModel } from './growth-model.ts'

/** Objects by the names their RFCs give them. */
export const STANDARD = {
  sysObjectID: '1.3.6.1.2.1.1.2.0',
  sysUpTime: '1.3.6.1.2.1.1.3.0',
  sysDescr: '1.3.6.1.2.1.1.1.0',
  sysName: '1.3.6.1.2.1.1.5.0',
  sysLocation: '1.3.6.1.2.1.1.6.0',
  ifPhysAddress: '1.3.6.1.2.1.2.2.1.6',
  ipAdEntTable: '1.3.6.1.2.1.4.20.1',
  ipAdEntAddr: '1.3.6.1.2.1.4.20.1.1',
  hrSystemUptime: '1.3.6.1.2.1.25.1.1.0',
  prtGeneralSerialNumber: '1.3.6.1.2.1.43.5.1.1.17',
  prtInputMaxCapacity: '1.3.6.1.2.1.43.8.2.1.9',
  prtInputCurrentLevel: '1.3.6.1.2.1.43.8.2.1.10',
  prtMarkerLifeCount: '1.3.6.1.2.1.43.10.2.1.4',
  prtMarkerPowerOnCount: '1.3.6.1.2.1.43.10.2.1.5',
  prtMarkerSuppliesColorantIndex: '1.3.6.1.2.1.43.11.1.1.3',
  prtMarkerSuppliesType: '1.3.6.1.2.1.43.11.1.1.5',
  prtMarkerSuppliesMaxCapacity: '1.3.6.1.2.1.43.11.1.1.8',
  prtMarkerSuppliesLevel: '1.3.6.1.2.1.43.11.1.1.9',
  prtMarkerColorantValue: '1.3.6.1.2.1.43.12.1.1.4',
} as const

/** Used where no growth file matches: mono and colour pages, all of them in the life count. */
export const STANDARD_MODEL: GrowthModel = {
  match: [],
  pagesPerHour: [5, 90],
  traits: { colour: { mono: 0.68, full: 0.32 } },
  needs: [
    {
      trait: 'colour',
      variant: 'full',
      at: STANDARD.prtMarkerColorantValue,
      labelled: { column: STANDARD.prtMarkerColorantValue, as: ['cyan', 'c'] },
    },
  ],
  meters: [],
  supplies: [],
  serials: [],
  hostNames: [],
}

/** Pages from full to empty by prtMarkerSuppliesType (RFC 3805): ordinary yields of office devices at 5 % coverage. */
const YIELDS: ReadonlyMap<number, number> = new Map([
  [3, 8_000], // toner
  [4, 40_000], // wasteToner
  [5, 3_000], // ink
  [6, 3_000], // inkCartridge
  [9, 30_000], // opc
  [10, 60_000], // developer
  [15, 120_000], // fuser
  [20, 90_000], // transferUnit
  [21, 9_000], // tonerCartridge
])

/** Maintenance kits, rollers and everything unnamed. */
const OTHER_YIELD = 150_000

/** Pages a standard supply lasts when no growth file says more. */
export const ordinaryYield = (suppliesType: number): number => YIELDS.get(suppliesType) ?? OTHER_YIELD
