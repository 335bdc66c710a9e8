/** Instructions at both doors: Onsites fetch the packed file by its name, people see which Onsite runs which version. */
import { z } from 'zod'
import { instructionVersionsSchema } from '../api.ts'
import type { Database } from '../db/database.ts'
import { scopeOf } from '../http/guard.ts'
import { type OnsiteApp, refuseOnsite } from '../http/onsite-door.ts'
import type { App } from '../http/server.ts'
import type { InstructionShelf } from './shelf.ts'
import { instructionVersions } from './store.ts'

/** Adds GET /onsite/instructions/:hash. The file is signed and no secret: what it may do is decided where it is executed. */
export function instructionDoor(door: OnsiteApp, shelf: InstructionShelf): void {
  door.route({
    method: 'GET',
    url: '/onsite/instructions/:hash',
    schema: { params: z.object({ hash: z.string().max(200) }) },
    handler: async (request, reply) => {
      const { hash } = request.params
      const packed = /^[0-9a-f]{64}$/.test(hash) ? await shelf.packed(hash) : null
      if (packed === null) return refuseOnsite(reply, 'unknownInstructions')
      return reply.type('application/octet-stream').send(Buffer.from(packed))
    },
  })
}

/** Adds GET /api/instructions. */
export function instructionRoutes(app: App, parts: { readonly database: Database }): void {
  app.route({
    method: 'GET',
    url: '/api/instructions',
    schema: { response: { 200: instructionVersionsSchema } },
    handler: (request) => instructionVersions(scopeOf(request), parts.database),
  })
}
