/** The tree of places for people: GET and POST /api/places. */
import { newPlaceSchema, placeSchema, placesSchema } from '../api.ts'
import type { Database } from '../db/database.ts'
import { refuse, scopeOf } from '../http/guard.ts'
import { parseId } from '../http/ids.ts'
import type { App } from '../http/server.ts'
import type { Clock } from '../world.ts'
import { addPlace, listPlaces } from './store.ts'

/** Adds the routes. */
export function placeRoutes(app: App, parts: { database: Database; clock: Clock }): void {
  app.route({
    method: 'GET',
    url: '/api/places',
    schema: { response: { 200: placesSchema } },
    handler: async (request) => ({ places: await listPlaces(scopeOf(request), parts.database) }),
  })
  app.route({
    method: 'POST',
    url: '/api/places',
    schema: { body: newPlaceSchema, response: { 201: placeSchema } },
    handler: async (request, reply) => {
      const scope = scopeOf(request)
      if (!scope.mayEdit) return refuse(reply, 403, 'notAllowed', 'You may look, but not change.')
      const parent = parseId(request.body.parent)
      if (parent === null) return refuse(reply, 404, 'notFound', 'There is no such place.')
      const { kind, name } = request.body
      const added = await addPlace(scope, parts.database, { parent, kind, name, now: parts.clock.now() })
      if (added.ok) return reply.code(201).send(added.place)
      if (added.reason === 'notFound') return refuse(reply, 404, 'notFound', 'There is no such place.')
      return refuse(reply, 409, 'wrongParent', `A ${kind} cannot be there.`)
    },
  })
}
