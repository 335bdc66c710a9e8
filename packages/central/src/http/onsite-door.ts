/** What all answers to Onsites have in common: the mark that tells them from a proxy's own, bytes as bodies, and refusals by name. */
import type { Refusal, RefusalMessage } from '@platen/wire'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './server.ts'

/** The part of the server that Onsites knock at. */
export type OnsiteApp = App

/** The status of each refusal. A proxy's own statuses (401, 407, 502) are never used: an Onsite would blame the proxy. */
const statuses: Readonly<Partial<Record<Refusal, number>>> = {
  tooLarge: 413,
  unknownOnsite: 404,
  unknownInstructions: 404,
  revoked: 410,
  forked: 409,
  wrongPassword: 403,
  expired: 403,
  tooManyTries: 429,
  busy: 503,
  broken: 500,
}

/** Refuses by name; the mark and the status say that it was Central. */
export function refuseOnsite(
  reply: FastifyReply,
  refused: Refusal,
  own: { readonly retryAfterSeconds?: number; readonly status?: number } = {},
): FastifyReply {
  const { retryAfterSeconds } = own
  const message: RefusalMessage = retryAfterSeconds === undefined ? { refused } : { refused, retryAfterSeconds }
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  return reply
    .code(own.status ?? statuses[refused] ?? 400)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(message)
}

/** The bytes of a request; empty where it had none, which no message is. */
export function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array()
}

/** Opens the door: adds routes to a part of the server where bodies are bytes and every answer carries `Platen: 1`. */
export async function openOnsiteDoor(app: App, addRoutes: (door: OnsiteApp) => void): Promise<void> {
  await app.register(async (door) => {
    door.removeAllContentTypeParsers()
    door.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    door.addHook('onRequest', async (_request, reply) => {
      reply.header('Platen', '1')
      // One exchange a connection: proxies close kept-alive connections without a word.
      reply.header('Connection', 'close')
    })
    door.setErrorHandler(answerError)
    addRoutes(door)
  })
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('Platen', '1')
  if (error.statusCode === 413) return refuseOnsite(reply, 'tooLarge')
  if (error.statusCode === 429) return refuseOnsite(reply, 'busy', { retryAfterSeconds: 60 })
  // The line was too slow this time: an Onsite sends less at once after a failure.
  if (error.statusCode === 408) return refuseOnsite(reply, 'busy', { status: 408, retryAfterSeconds: 60 })
  request.log.error({ err: error }, 'an exchange with an Onsite failed')
  return refuseOnsite(reply, 'broken')
}
