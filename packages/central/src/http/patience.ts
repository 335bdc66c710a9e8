/**
 * How long a body may take: a sender who trickles holds one of few connections, and a site behind a slow line must still get its
 * delivery through. The limit follows the size that was announced, at the slowest rate that is waited for.
 */
import { deliveryMost } from '@platen/wire'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../world.ts'
import type { App } from './server.ts'

/** Every request may take this long. */
const ordinary = 60_000
/** Bytes a second: half of what the slowest lines that Onsites were seen behind still carry (256 kbit/s). */
const slowest = 16 * 1024
/** Milliseconds that the largest body may take; the server itself gives up only after this. */
export const patienceMost = patienceFor(deliveryMost)

/** Milliseconds that a body of so many bytes may take. */
function patienceFor(bytes: number): number {
  return ordinary + Math.ceil((bytes / slowest) * 1000)
}

/** Ends requests whose bodies take too long with a 408 in the manner of their door. */
export function limitPatience(app: App, clock: Clock): void {
  app.addHook('onRequest', (request, reply, done) => {
    const said = request.headers['content-length']
    if (said !== undefined || request.headers['transfer-encoding'] !== undefined) {
      const most = request.routeOptions.bodyLimit ?? deliveryMost
      const bytes = said === undefined ? most : Math.min(most, Number(said))
      const cancel = clock.after(patienceFor(bytes), () => giveUp(request, reply))
      request.raw.once('end', cancel)
      request.raw.once('close', cancel)
    }
    done()
  })
}

function giveUp(request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent || request.raw.complete) return
  request.log.warn({ route: request.routeOptions.url }, 'a body came too slowly')
  const tooSlow: FastifyError = Object.assign(new Error('The request took too long.'), {
    name: 'FastifyError',
    code: 'PLATEN_TOO_SLOW',
    statusCode: 408,
  })
  reply.header('connection', 'close').send(tooSlow)
}
