/** What the stand-in for Central answers to a list query, in memory: searching, filtering, sorting and paging as the contract says. */
import type {
  Device,
  DeviceRow,
  Devices,
  devicesQuerySchema,
  History,
  Meters,
  metersQuerySchema,
  Onsite,
  Overview,
  Supplies,
  SupplyRow,
  suppliesQuerySchema,
} from '@platen/central/api'
import { deviceStatuses, percentLeft } from '@platen/model'

type DevicesQuery = ReturnType<typeof devicesQuerySchema.parse>
type SuppliesQuery = ReturnType<typeof suppliesQuerySchema.parse>
type MetersQuery = ReturnType<typeof metersQuerySchema.parse>

export function rowOf(device: Device): DeviceRow {
  const total = device.meters.find(({ key }) => key.startsWith('total.all.all.all/'))
  const measured = device.supplies.flatMap((supply) => {
    const percent = supply.class === 'consumed' ? percentLeft(supply.level) : null
    return percent === null ? [] : [{ percent, kind: supply.kind, colorant: supply.colorant }]
  })
  return {
    ...briefOf(device),
    location: device.identity.location,
    status: device.status.device,
    presence: device.presence,
    lastSeen: device.lastSeen,
    total: total?.value ?? null,
    totalUnit: total?.unit ?? null,
    lowest: measured.toSorted((a, b) => a.percent - b.percent)[0] ?? null,
    alerts: device.status.alerts.length,
  }
}

function briefOf({ id, vendor, model, serial, address, hostName, customer, site }: Device) {
  return { id, vendor, model, serial, address, hostName, customer, site }
}

function found(device: ReturnType<typeof briefOf>, search: string | undefined, place: string | undefined): boolean {
  const text = [device.model, device.vendor, device.serial, device.address, device.hostName, device.customer.name].join(
    '\n',
  )
  const here = place === undefined || place === 'p1' || device.customer.id === place || device.site.id === place
  return here && text.toLowerCase().includes((search ?? '').toLowerCase())
}

function paged<T>(rows: readonly T[], { page, size }: { page: number; size: number }) {
  return { rows: rows.slice((page - 1) * size, page * size), total: rows.length, page, size }
}

function sorted<T>(rows: readonly T[], order: 'asc' | 'desc', key: (row: T) => string | number): T[] {
  const sign = order === 'asc' ? 1 : -1
  return rows.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)]
    return (
      sign *
      (typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right)))
    )
  })
}

export function devicesAnswer(all: readonly Device[], query: DevicesQuery): Devices {
  const rows = all.map(rowOf).filter((row) => found(row, query.search, query.place))
  const passes = (row: DeviceRow, but: 'vendor' | 'status' | 'presence' | '') =>
    (but === 'vendor' || query.vendor === undefined || row.vendor === query.vendor) &&
    (but === 'status' || query.status === undefined || row.status === query.status) &&
    (but === 'presence' || query.presence === undefined || row.presence === query.presence) &&
    (query.alerts !== true || row.alerts > 0)
  const counted = <T>(but: 'vendor' | 'status' | 'presence', names: readonly T[], of: (row: DeviceRow) => T) =>
    names
      .map((name) => ({ name, devices: rows.filter((row) => passes(row, but) && of(row) === name).length }))
      .filter(({ devices }) => devices > 0)
  const vendors = [...new Set(rows.flatMap(({ vendor }) => (vendor === null ? [] : [vendor])))].toSorted()
  const key = (row: DeviceRow) => {
    if (query.sort === 'total') return Number(row.total ?? -1)
    if (query.sort === 'lowest') return row.lowest?.percent ?? 1_000
    if (query.sort === 'customer') return row.customer.name
    return row[query.sort] ?? ''
  }
  return {
    ...paged(
      sorted(
        rows.filter((row) => passes(row, '')),
        query.order,
        key,
      ),
      query,
    ),
    facets: {
      vendors: counted('vendor', vendors, ({ vendor }) => vendor ?? ''),
      statuses: counted('status', deviceStatuses, ({ status }) => status),
      presences: counted('presence', ['live', 'late', 'missing'] as const, ({ presence }) => presence),
    },
  }
}

export function suppliesAnswer(all: readonly Device[], query: SuppliesQuery): Supplies {
  const rows = all
    .filter((device) => found(briefOf(device), query.search, query.place))
    .flatMap((device) =>
      device.supplies.map(
        (supply): SupplyRow => ({
          device: briefOf(device),
          supply,
          percent: percentLeft(supply.level),
          lastSeen: device.lastSeen,
        }),
      ),
    )
    .filter(({ supply }) => query.kind === undefined || supply.kind === query.kind)
  const views = {
    low: rows.filter(({ percent }) => percent !== null && percent <= query.threshold),
    unknowable: rows.filter(({ percent }) => percent === null),
    all: rows,
  }
  const key = (row: SupplyRow) => {
    if (query.sort === 'percent') return row.percent ?? 1_000
    if (query.sort === 'model') return row.device.model ?? ''
    return query.sort === 'customer' ? row.device.customer.name : row.supply.kind
  }
  const counts = { low: views.low.length, unknowable: views.unknowable.length, all: rows.length }
  return { ...paged(sorted(views[query.view], query.order, key), query), counts }
}

export function metersAnswer(all: readonly Device[], query: MetersQuery, today: string): Meters {
  const date = query.date ?? today
  const rows = all
    .filter((device) => found(briefOf(device), query.search, query.place))
    .map((device): Meters['rows'][number] => {
      const known = device.firstSeen.slice(0, 10) <= date
      if (!known) return { device: briefOf(device), way: 'none', readAt: null, meters: {} }
      const way = device.presence === 'live' ? 'exact' : 'before'
      const meters = Object.fromEntries(device.meters.map(({ key, value }) => [key, value]))
      const doubts = Object.fromEntries(device.meters.flatMap(({ key, doubt }) => (doubt ? [[key, doubt]] : [])))
      return { device: briefOf(device), way, readAt: device.lastSeen, meters, doubts }
    })
  const key = (row: Meters['rows'][number]) => {
    if (query.sort === 'total') return Number(row.meters['total.all.all.all/impressions'] ?? -1)
    return query.sort === 'customer' ? row.device.customer.name : (row.device[query.sort] ?? '')
  }
  return { date, ...paged(sorted(rows, query.order, key), query) }
}

/** A year of points towards the meter's value, every sixth hour for the last month, with a restart on the way where `restarts`. */
export function historyAnswer(device: Device, meter: string, from: string | undefined, now: number): History {
  const value = BigInt(device.meters.find(({ key }) => key === meter)?.value ?? '0')
  const restarts = device.id === 'd10'
  const points = Array.from({ length: 180 }, (_, index): History['points'][number] => {
    const back = 179 - index
    const at = new Date(now - back * 12 * 3_600_000).toISOString()
    const counted = value - BigInt(back) * 97n - BigInt((back * 37) % 61)
    const event = restarts && index === 90 ? ('restarted' as const) : null
    const shown = restarts && index >= 90 ? BigInt(index - 90) * 80n : counted
    // Some were interpreted once more, by a profile that no longer counts twice.
    const before = device.id === 'd11' && index > 170 ? { before: String(2n * shown) } : {}
    return { at, value: String(shown > 0n ? shown : 0n), event, ...before }
  })
  return { meter, points: points.filter(({ at }) => from === undefined || at.slice(0, 10) >= from) }
}

export function overviewAnswer(all: readonly Device[], onsites: readonly Onsite[]): Overview {
  const rows = all.map(rowOf)
  const levels = all.flatMap(({ supplies }) => supplies.map(({ level }) => percentLeft(level)))
  const here = (presence: DeviceRow['presence']) => rows.filter((row) => row.presence === presence).length
  const living = onsites.filter(({ state }) => state !== 'revoked')
  return {
    devices: rows.length,
    live: here('live'),
    late: here('late'),
    missing: here('missing'),
    alerts: rows.reduce((sum, row) => sum + row.alerts, 0),
    low: levels.filter((percent) => percent !== null && percent <= 20).length,
    unknowable: levels.filter((percent) => percent === null).length,
    onsites: { all: living.length, onTime: living.filter(({ contact }) => contact === 'onTime').length },
  }
}
