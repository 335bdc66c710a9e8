/**
 * The HTTP server both doors hang on: people under /api and the web app, Onsites under /onsite. Limits, headers and the manner of
 * refusing are set here once; routes add themselves.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import { toHex } from '@platen/wire'
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify'
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
  createSerializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { z } from 'zod'
import * as api from '../api.ts'
import type { Clock, Dice } from '../world.ts'
import { isApi, refuse } from './guard.ts'
import { limitPatience, patienceMost } from './patience.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/** Fastify with zod schemas as types. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** JSON bodies of people's requests: the largest form has a few hundred bytes. */
const jsonBodyMost = 64 * 1024
/** A sender whose headers are slower than this loses its connection, before it holds one of few (slowloris). */
const headersTimeout = 10_000
/** Beyond the longest patience with a body, which answers; this one only cuts. */
const requestTimeout = patienceMost + 30_000
/** Requests a minute from one address: a person clicking fast makes 100, an office behind one address some hundreds. */
const requestsMost = 1200

/** What the server is made of besides its routes. `trustProxy` names the proxies whose X-Forwarded-For is believed. */
export interface ServerOptions {
  readonly logger: FastifyBaseLogger
  readonly dice: Dice
  readonly secure: boolean
  readonly clock: Clock
  readonly trustProxy: TrustedProxies
}

/** A server with limits and headers, and no routes yet but the API's description. */
export async function createServer(options: ServerOptions): Promise<App> {
  const plainApp = fastify({
    loggerInstance: options.logger,
    bodyLimit: jsonBodyMost,
    requestTimeout,
    // Two lines a request would bury the refusals, which are logged one by one.
    logController: new fastify.LogController({ disableRequestLogging: true }),
    trustProxy: trustOf(options.trustProxy),
    genReqId: () => toHex(options.dice.bytes(8)),
    forceCloseConnections: true,
  })
  plainApp.server.headersTimeout = headersTimeout
  const app: App = plainApp.withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(createSerializerCompiler())
  app.setErrorHandler(answerError)
  limitPatience(app, options.clock)
  await app.register(helmet, headers(options.secure))
  await app.register(rateLimit, { max: requestsMost, timeWindow: '1 minute' })
  const schemaRegistry = apiSchemas()
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Platen Central', version: '1' } },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  })
  return app
}

/** Whom Fastify is to believe: it counts hops from the connection itself, which is the first. */
function trustOf(proxies: TrustedProxies) {
  if (proxies === false) return false
  return typeof proxies === 'number' ? (_address: string, hop: number) => hop < proxies : [...proxies]
}

/** The named schemas of the contract with browsers. Those of the line to Onsites have names of their own and do not belong here. */
function apiSchemas() {
  const registry = z.registry<{ id: string }>()
  for (const schema of Object.values(api)) {
    if (!(schema instanceof z.ZodType)) continue
    const id = schema.meta()?.id
    if (id !== undefined) registry.add(schema, { id })
  }
  return registry
}

/** Scripts only from this host and never inline. Styles may be inline: the UI library sets style attributes and elements. */
function headers(secure: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'manifest-src': ["'self'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: secure,
    referrerPolicy: { policy: 'no-referrer' as const },
  }
}

const codes = new Map([
  [408, 'tooSlow'],
  [429, 'tooManyRequests'],
])

/** The one place where a thrown error becomes an answer: what the sender did wrong is said, what we did wrong is logged under an id. */
function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500
  if (status < 500) {
    const code = error.validation === undefined ? (codes.get(status) ?? 'refused') : 'badRequest'
    return refuse(reply, status, code, error.message)
  }
  request.log.error({ err: error }, 'a request failed')
  return refuse(reply, 500, 'broken', `Something went wrong. Please quote ${request.id}.`)
}

/** What is answered where there is no route and no page. */
export function answerNothing(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return refuse(reply, 404, 'notFound', isApi(request.url) ? 'There is no such address.' : 'There is nothing here.')
}
