/** The built browser app as static files; every address that is neither a file nor ours is the app's own and gets its page. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import { isApi } from './guard.ts'
import { type App, answerNothing } from './server.ts'

/** A year: the names of built files hold their hash. */
const assetAge = 31_536_000

/** Serves the app from `directory`, or only refusals where it is not built. Answers whether it is there. */
export async function serveWebApp(app: App, directory: string | null): Promise<boolean> {
  const page = directory === null ? null : join(directory, 'index.html')
  if (directory === null || page === null || !existsSync(page)) {
    app.setNotFoundHandler(answerNothing)
    return false
  }
  const html = readFileSync(page)
  await app.register(fastifyStatic, {
    root: directory,
    index: false,
    wildcard: true,
    cacheControl: false,
    setHeaders: (response, path) => {
      const hashed = path.includes('/assets/')
      response.header('cache-control', hashed ? `public, max-age=${assetAge}, immutable` : 'no-cache')
    },
  })
  const sendPage = (reply: FastifyReply): FastifyReply =>
    reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html)
  // The static handler answers 403 for a folder without an index.
  app.get('/', { schema: { hide: true } }, (_request, reply) => sendPage(reply))
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && !isApi(request.url) && !/^\/onsite(\/|\?|$)/.test(request.url)
    const isFile = /\.[a-z0-9]+$/i.test(request.url.split('?', 1)[0] ?? '/')
    if (!wantsPage || isFile) return answerNothing(request, reply)
    return sendPage(reply)
  })
  return true
}
