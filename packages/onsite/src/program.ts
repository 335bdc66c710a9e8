/** Name and version as they stand in every envelope. */
export const PROGRAM = 'platen-onsite 0.1.0'
