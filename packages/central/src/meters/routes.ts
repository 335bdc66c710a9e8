/** Meters as of a day for people: GET /api/meters and GET /api/meters.csv. */
import { metersCsvQuerySchema, metersQuerySchema, metersSchema } from '../api.ts'
import type { Database } from '../db/database.ts'
import { refuse, scopeOf } from '../http/guard.ts'
import type { App } from '../http/server.ts'
import type { Clock } from '../world.ts'
import { metersCsv } from './csv.ts'
import { dayIn, endOfDay } from './day.ts'
import { allMeters, type Day, listMeters } from './store.ts'

/** Adds the routes. */
export function meterRoutes(app: App, parts: { database: Database; clock: Clock }): void {
  app.route({
    method: 'GET',
    url: '/api/meters',
    schema: { querystring: metersQuerySchema, response: { 200: metersSchema } },
    handler: async (request, reply) => {
      const { page, size, date, zone, ...query } = request.query
      const day = dayOf(date, zone, parts.clock.now())
      if (day === null) return refuse(reply, 400, 'unknownZone', 'There is no such time zone.')
      return await listMeters(scopeOf(request), parts.database, { query, day, page, size })
    },
  })
  app.route({
    method: 'GET',
    url: '/api/meters.csv',
    schema: { querystring: metersCsvQuerySchema },
    handler: async (request, reply) => {
      const { language, date, zone, ...query } = request.query
      const day = dayOf(date, zone, parts.clock.now())
      if (day === null) return refuse(reply, 400, 'unknownZone', 'There is no such time zone.')
      const rows = await allMeters(scopeOf(request), parts.database, { query, day })
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="meters-${day.date}.csv"`)
        .send(metersCsv(rows, language))
    },
  })
}

/** The day asked for, or today, in that time zone; null where there is no such zone. */
function dayOf(date: string | undefined, zone: string, now: number): Day | null {
  const day = date ?? dayIn(zone, now)
  if (day === null) return null
  const before = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
  const start = endOfDay(zone, before)
  const end = endOfDay(zone, day)
  return start === null || end === null ? null : { date: day, start, end }
}
