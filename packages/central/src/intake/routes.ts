/** POST /onsite/deliver: the one door through which readings come in. */
import { deliveryMost, hashRequest, recipientOf, sealAnswer } from '@platen/wire'
import { bodyOf, type OnsiteApp, refuseOnsite } from '../http/onsite-door.ts'
import { type IntakeParts, takeIn } from '../intake.ts'

/** Adds the route to the Onsites' door. */
export function intakeRoutes(app: OnsiteApp, parts: IntakeParts): void {
  app.post('/onsite/deliver', { bodyLimit: deliveryMost }, async (request, reply) => {
    const body = bodyOf(request)
    const taken = await takeIn(parts, body)
    if (!taken.ok) {
      request.log.warn({ refused: taken.refused, detail: taken.detail }, 'a delivery was refused')
      return refuseOnsite(reply, taken.refused)
    }
    const { onsite, stored, closed } = taken
    for (const { reason, detail } of closed) {
      request.log.warn({ onsite: onsite.id, reason, detail }, 'an envelope could not be opened')
    }
    if (stored.forked) request.log.error({ onsite: onsite.id }, 'an Onsite is forked: two disks claim one sequence')
    if (stored.aside > 0) request.log.warn({ onsite: onsite.id, lines: stored.aside }, 'lines were put aside')
    const sealed = await sealAnswer({
      answer: taken.answer,
      requestHash: hashRequest(body),
      channelKey: parts.keyring.channel,
      recipient: recipientOf(onsite.sealingKey),
    })
    return reply.type('application/octet-stream').send(Buffer.from(sealed))
  })
}
