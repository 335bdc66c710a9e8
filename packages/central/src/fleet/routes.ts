/** The fleet for people: the overview, the list, one device, and one meter's history. */
import { z } from 'zod'
import {
  deviceProofSchema,
  deviceSchema,
  devicesQuerySchema,
  devicesSchema,
  historyQuerySchema,
  historySchema,
  overviewSchema,
} from '../api.ts'
import type { Database } from '../db/database.ts'
import { refuse, scopeOf } from '../http/guard.ts'
import { parseId } from '../http/ids.ts'
import type { App } from '../http/server.ts'
import type { OnsiteDoor } from '../intake/onsites.ts'
import type { Clock } from '../world.ts'
import { findDevice } from './device.ts'
import { meterHistory } from './history.ts'
import { listDevices } from './list.ts'
import { observationOf, proofOf } from './observation.ts'
import { overview } from './overview.ts'

const params = z.object({ id: z.string().min(1).max(64) })

/** Adds the routes. */
export function fleetRoutes(app: App, parts: { database: Database; clock: Clock; door: OnsiteDoor }): void {
  const { database, clock, door } = parts
  app.route({
    method: 'GET',
    url: '/api/overview',
    schema: { response: { 200: overviewSchema } },
    handler: (request) => overview(scopeOf(request), database, clock.now()),
  })
  app.route({
    method: 'GET',
    url: '/api/devices',
    schema: { querystring: devicesQuerySchema, response: { 200: devicesSchema } },
    handler: (request) => listDevices(scopeOf(request), database, request.query, clock.now()),
  })
  app.route({
    method: 'GET',
    url: '/api/devices/:id',
    schema: { params, response: { 200: deviceSchema } },
    handler: async (request, reply) => {
      const id = parseId(request.params.id)
      const found = id === null ? null : await findDevice(scopeOf(request), database, id, clock.now())
      if (found === null) return refuse(reply, 404, 'notFound', 'There is no such device.')
      const observation = await observationOf(door, found)
      return { ...found.device, observation }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/devices/:id/proof',
    schema: { params, response: { 200: deviceProofSchema } },
    handler: async (request, reply) => {
      const id = parseId(request.params.id)
      const found = id === null ? null : await findDevice(scopeOf(request), database, id, clock.now())
      const proof = found === null ? null : await proofOf(door, found)
      if (proof === null) return refuse(reply, 404, 'notFound', 'There is no such device, or no proof of it.')
      return reply.header('content-disposition', `attachment; filename="proof-${request.params.id}.json"`).send(proof)
    },
  })
  app.route({
    method: 'GET',
    url: '/api/devices/:id/history',
    schema: { params, querystring: historyQuerySchema, response: { 200: historySchema } },
    handler: async (request, reply) => {
      const id = parseId(request.params.id)
      const found =
        id === null ? null : await meterHistory(scopeOf(request), database, { device: id, ...request.query })
      return found ?? refuse(reply, 404, 'notFound', 'There is no such device.')
    },
  })
}
