/** Onsites for people: the list, new accounts, the settings of one, and revoking one. */
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import {
  newOnsiteAnswerSchema,
  newOnsiteSchema,
  onsiteSettingsChangeSchema,
  onsiteSettingsSchema,
  onsitesSchema,
  standbySchema,
} from '../api.ts'
import { refuse, scopeOf } from '../http/guard.ts'
import { parseId } from '../http/ids.ts'
import type { App } from '../http/server.ts'
import { type DutyChange, setStandby, wantDuty } from './duty.ts'
import { type InviteParts, inviteOnsite } from './invite.ts'
import { changeSettings, onsiteSettings, type SettingsChange } from './settings.ts'
import { listOnsites, revokeOnsite } from './store.ts'

const params = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) })

/** Adds GET and POST /api/onsites, GET and PUT /api/onsites/:id/settings, and POST /api/onsites/:id/standby, /duty and /revoke. */
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
  settingsRoutes(app, parts)
  dutyRoutes(app, parts)
  app.route({
    method: 'POST',
    url: '/api/onsites/:id/revoke',
    schema: { params },
    handler: async (request, reply) => {
      const scope = scopeOf(request)
      if (!scope.mayEdit) return refuse(reply, 403, 'notAllowed', 'You may look, but not change.')
      const revoked = await revokeOnsite(scope, parts.database, request.params.id, parts.clock.now())
      return revoked ? reply.code(204).send() : refuse(reply, 404, 'notFound', 'There is no such Onsite.')
    },
  })
}

/** Settings name the SNMP communities of a customer's network: they are shown to those who may change them, and to nobody else. */
function settingsRoutes(app: App, parts: InviteParts): void {
  app.route({
    method: 'GET',
    url: '/api/onsites/:id/settings',
    schema: { params, response: { 200: onsiteSettingsSchema } },
    handler: async (request, reply) => {
      const scope = scopeOf(request)
      if (!scope.mayEdit) return refuse(reply, 403, 'notAllowed', 'You may look, but not change.')
      const settings = await onsiteSettings(scope, parts.database, request.params.id)
      return settings ?? refuse(reply, 404, 'notFound', 'There is no such Onsite.')
    },
  })
  app.route({
    method: 'PUT',
    url: '/api/onsites/:id/settings',
    schema: { params, body: onsiteSettingsChangeSchema, response: { 200: onsiteSettingsSchema } },
    handler: async (request, reply) => {
      const scope = scopeOf(request)
      if (!scope.mayEdit) return refuse(reply, 403, 'notAllowed', 'You may look, but not change.')
      const change = { onsite: request.params.id, settings: request.body }
      const changed = await changeSettings(scope, parts.database, change)
      return changed.ok ? changed.settings : refuseChange(reply, changed)
    },
  })
}

function refuseChange(reply: FastifyReply, changed: Extract<SettingsChange, { ok: false }>): FastifyReply {
  switch (changed.reason) {
    case 'notFound':
      return refuse(reply, 404, 'notFound', 'There is no such Onsite.')
    case 'changed':
      return refuse(reply, 409, 'changed', 'Somebody has changed these settings meanwhile. Please look at them again.')
    case 'notEnrolled':
      return refuse(reply, 409, 'notEnrolled', 'Passwords are sealed to the Onsite: enrol it first, then enter them.')
    case 'passwordsWanted': {
      const text = `Please enter the passwords of the user ${changed.user}: it is new, or its name or protocols are.`
      return refuse(reply, 400, 'passwordsWanted', text)
    }
  }
}

/** Two Onsites of one site with one scope: which stands in for which, and which makes the rounds. */
function dutyRoutes(app: App, parts: InviteParts): void {
  const { database, clock } = parts
  const answer = (reply: FastifyReply, change: DutyChange) => {
    if (change.ok) return reply.code(204).send()
    return change.reason === 'notFound'
      ? refuse(reply, 404, 'notFound', 'There is no such Onsite.')
      : refuse(reply, 409, 'notPossible', 'One Onsite stands in for one other of its own site, and neither for more.')
  }
  app.route({
    method: 'POST',
    url: '/api/onsites/:id/standby',
    schema: { params, body: standbySchema },
    handler: async (request, reply) => {
      const scope = scopeOf(request)
      if (!scope.mayEdit) return refuse(reply, 403, 'notAllowed', 'You may look, but not change.')
      const wish = { onsite: request.params.id, of: request.body.of, now: clock.now() }
      return answer(reply, await setStandby(scope, database, wish))
    },
  })
  app.route({
    method: 'POST',
    url: '/api/onsites/:id/duty',
    schema: { params },
    handler: async (request, reply) => {
      const scope = scopeOf(request)
      if (!scope.mayEdit) return refuse(reply, 403, 'notAllowed', 'You may look, but not change.')
      return answer(reply, await wantDuty(scope, database, { onsite: request.params.id, now: clock.now() }))
    },
  })
}
