/** The fleet for people: the overview, the list, one device, and one meter's history. */
import { z } from 'zod'
import {
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
import type { Keyring } from '../keys/keyring.ts'
import type { Clock } from '../world.ts'
import { findDevice } from './device.ts'
import { meterHistory } from './history.ts'
import { listDevices } from './list.ts'
import { observationOf } from './observation.ts'
import { overview } from './overview.ts'

const params = z.object({ id: z.string().min(1).max(64) })

/** Adds the routes. */
export function fleetRoutes(
  app: App,
  parts: { database: Database; clock: Clock; keyring: Keyring; door: OnsiteDoor },
): void {
  const { database, clock } = parts
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
      const observation = await observationOf(parts, found.envelope, found.item)
      return { ...found.device, observation }
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
