/** Onsites for people: the list, new accounts, and revoking one. */
import { z } from 'zod'
import { newOnsiteAnswerSchema, newOnsiteSchema, onsitesSchema } from '../api.ts'
import { refuse, scopeOf } from '../http/guard.ts'
import { parseId } from '../http/ids.ts'
import type { App } from '../http/server.ts'
import { type InviteParts, inviteOnsite } from './invite.ts'
import { listOnsites, revokeOnsite } from './store.ts'

/** Adds GET and POST /api/onsites and POST /api/onsites/:id/revoke. */
export function onsiteRoutes(app: App, parts: InviteParts): void {
  app.route({
    method: 'GET',
    url: '/api/onsites',
    schema: { response: { 200: onsitesSchema } },
    handler: async (request) => ({
      onsites: await listOnsites(scopeOf(request), parts.database, parts.clock.now()),
    }),
  })
  app.route({
    method: 'POST',
    url: '/api/onsites',
    schema: { body: newOnsiteSchema, response: { 201: newOnsiteAnswerSchema } },
    handler: async (request, reply) => {
      const scope = scopeOf(request)
      if (!scope.mayEdit) return refuse(reply, 403, 'notAllowed', 'You may look, but not change.')
      const site = parseId(request.body.site)
      if (site === null) return refuse(reply, 404, 'notFound', 'There is no such site.')
      const { name, email } = request.body
      const invited = await inviteOnsite(scope, parts, { name, email, site })
      if (invited.ok) return reply.code(201).send(invited.invitation)
      if (invited.reason === 'notFound') return refuse(reply, 404, 'notFound', 'There is no such site.')
      return refuse(reply, 503, 'busy', 'Too much is going on. Please try again.')
    },
  })
  app.route({
    method: 'POST',
    url: '/api/onsites/:id/revoke',
    schema: { params: z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) }) },
    handler: async (request, reply) => {
      const scope = scopeOf(request)
      if (!scope.mayEdit) return refuse(reply, 403, 'notAllowed', 'You may look, but not change.')
      const revoked = await revokeOnsite(scope, parts.database, request.params.id, parts.clock.now())
      return revoked ? reply.code(204).send() : refuse(reply, 404, 'notFound', 'There is no such Onsite.')
    },
  })
}
