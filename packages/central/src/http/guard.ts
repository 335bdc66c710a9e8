/**
 * Who may ask what of /api: nobody, unless signed in. A route is open only when it says so; what changes state also needs a header
 * that no other site can send. Answers of refusal are all of one form.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Scope } from '../access/scope.ts'
import type { SignIn, Who } from '../access/sign-in.ts'
import type { App } from './server.ts'
import { sessionToken } from './session-cookie.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for the few routes of /api that answer without a session. */
    open?: boolean
  }
  interface FastifyRequest {
    who: Who | null
  }
}

const unchanging = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Puts the guard before every route whose address begins with /api. `secure` says that people come by https. */
export function guardApi(app: App, signIn: SignIn, secure: boolean): void {
  app.decorateRequest('who', null)
  app.addHook('onRequest', async (request, reply) => {
    // The route that was found decides: an address can be written in many ways (/%61pi) and lead to it.
    if (!isApi(request.routeOptions.url ?? '') && !isApi(request.url)) return
    if (!unchanging.has(request.method) && request.headers['x-platen'] !== '1') {
      return refuse(reply, 403, 'noHeader', 'Requests that change something need the header X-Platen: 1.')
    }
    if (request.routeOptions.config.open === true) return
    const token = sessionToken(request, secure)
    request.who = token === null ? null : await signIn.whoIs(token)
    if (request.who === null) return refuse(reply, 401, 'notSignedIn', 'Please sign in.')
  })
}

/** True for what belongs to the API, whether there is such a route or not. */
export function isApi(url: string): boolean {
  return /^\/api(\/|\?|$)/.test(url)
}

/** The signed-in person of a guarded request. @throws when the guard was not there: a bug, never a way in. */
export function signedIn(request: FastifyRequest): Who {
  if (request.who === null) throw new Error(`${request.url} was reached without the guard`)
  return request.who
}

/** The scope of a guarded request. */
export function scopeOf(request: FastifyRequest): Scope {
  return signedIn(request).scope
}

/** Answers a refusal: a stable code for programs, a sentence for people. */
export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').serializer(JSON.stringify).send({ code, message })
}
