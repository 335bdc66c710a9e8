/** Signing in and out, and who one is. */
import { meSchema, signInSchema } from '../api.ts'
import type { Database } from '../db/database.ts'
import { refuse, signedIn } from '../http/guard.ts'
import type { App } from '../http/server.ts'
import { clearSession, sessionToken, setSession } from '../http/session-cookie.ts'
import type { SignIn } from './sign-in.ts'
import { endSession } from './store.ts'

const messages = {
  wrongPassword: 'E-mail or password is wrong.',
  tooManyTries: 'Too many wrong tries. Please wait.',
  busy: 'Too many people are signing in. Please try again.',
} as const
const statuses = { wrongPassword: 401, tooManyTries: 429, busy: 503 } as const

/** Adds /api/sign-in, /api/sign-out and /api/me. `secure` says that people come by https. */
export function accessRoutes(app: App, parts: { signIn: SignIn; database: Database; secure: boolean }): void {
  app.route({
    method: 'POST',
    url: '/api/sign-in',
    config: { open: true },
    schema: { body: signInSchema, response: { 200: meSchema } },
    handler: async (request, reply) => {
      const { email, password } = request.body
      const result = await parts.signIn.try({ email, password, address: request.ip })
      if (result.ok) {
        setSession(reply, result.token, parts.secure)
        return result.me
      }
      if (result.retryAfterSeconds > 0) reply.header('retry-after', result.retryAfterSeconds)
      request.log.warn({ reason: result.reason }, 'a sign-in was refused')
      return refuse(reply, statuses[result.reason], result.reason, messages[result.reason])
    },
  })
  app.route({
    method: 'POST',
    url: '/api/sign-out',
    handler: async (request, reply) => {
      const token = sessionToken(request, parts.secure)
      if (token !== null) await endSession(parts.database, token)
      clearSession(reply, parts.secure)
      return reply.code(204).send()
    },
  })
  app.route({
    method: 'GET',
    url: '/api/me',
    schema: { response: { 200: meSchema } },
    handler: (request) => signedIn(request).me,
  })
}
