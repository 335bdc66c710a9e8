/** GET /onsite/keys and POST /onsite/enrol: how an Onsite finds out that this is the right Central, and asks to be let in. */
import { enrolmentMost, hashRequest, makeKeyList, recipientOf, sealEnrolmentAnswer } from '@platen/wire'
import { bodyOf, type OnsiteApp, refuseOnsite } from '../http/onsite-door.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Enrolment } from './enrol.ts'

/** Adds the routes to the Onsites' door. */
export function enrolRoutes(app: OnsiteApp, parts: { enrolment: Enrolment; keyring: Keyring }): void {
  const { enrolment, keyring } = parts
  app.get('/onsite/keys', (_request, reply) => {
    const list = makeKeyList(keyring.channel, keyring.enrolment.publicKey, keyring.current())
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(list))
  })
  app.post('/onsite/enrol', { bodyLimit: enrolmentMost }, async (request, reply) => {
    const body = bodyOf(request)
    const enrolled = await enrolment.try(body, request.ip)
    if (!enrolled.ok) {
      request.log.warn({ refused: enrolled.refused }, 'an enrolment was refused')
      const { refused, retryAfterSeconds } = enrolled
      return refuseOnsite(reply, refused, retryAfterSeconds > 0 ? { retryAfterSeconds } : {})
    }
    request.log.info({ onsite: enrolled.answer.onsiteId }, 'an Onsite enrolled')
    const sealed = await sealEnrolmentAnswer({
      answer: enrolled.answer,
      requestHash: hashRequest(body),
      channelKey: keyring.channel,
      recipient: recipientOf(enrolled.sealingKey),
    })
    return reply.type('application/octet-stream').send(Buffer.from(sealed))
  })
}
