/** Which rows tell meters: SQL on the alias of a reading or of a device's state. */

/** SQL: the meters of a reading were really read. A printer that fell silent leaves a row without them, or with some. */
export function metersRead(reading: string): string {
  return `(${reading}.unread is null or not ('meters' = any(${reading}.unread)))`
}

/** SQL: the moment that the meters of a state are from. */
export function metersAt(state: string): string {
  return `coalesce((${state}.older #>> '{meters,at}')::timestamptz, ${state}.at)`
}
