/** Supplies for people: GET /api/supplies. */
import { suppliesQuerySchema, suppliesSchema } from '../api.ts'
import type { Database } from '../db/database.ts'
import { scopeOf } from '../http/guard.ts'
import type { App } from '../http/server.ts'
import { listSupplies } from './store.ts'

/** Adds the route. */
export function supplyRoutes(app: App, parts: { database: Database }): void {
  app.route({
    method: 'GET',
    url: '/api/supplies',
    schema: { querystring: suppliesQuerySchema, response: { 200: suppliesSchema } },
    handler: (request) => listSupplies(scopeOf(request), parts.database, request.query),
  })
}
