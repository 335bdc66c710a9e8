/** The session cookie: unreadable for scripts, never sent from other sites, and bound to this host where people come by https. */
import type { FastifyReply, FastifyRequest } from 'fastify'

const name = 'platen-session'
/** 32 random bytes in base64url. */
const tokenForm = /^[A-Za-z0-9_-]{43}$/

/** The token of a request, or null when there is none that could be ours. By https only the name counts that no other host can set. */
export function sessionToken(request: FastifyRequest, secure: boolean): string | null {
  const inUse = nameFor(secure)
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=')
    if (key === inUse && value !== undefined && tokenForm.test(value)) return value
  }
  return null
}

/** Gives the browser a token. */
export function setSession(reply: FastifyReply, token: string, secure: boolean): void {
  reply.header('set-cookie', cookie(token, secure))
}

/** Takes the token away. */
export function clearSession(reply: FastifyReply, secure: boolean): void {
  reply.header('set-cookie', `${cookie('', secure)}; Max-Age=0`)
}

function cookie(value: string, secure: boolean): string {
  return `${nameFor(secure)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
}

function nameFor(secure: boolean): string {
  return secure ? `__Host-${name}` : name
}
