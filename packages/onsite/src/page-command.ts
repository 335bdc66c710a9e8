/** The local page's side of the command line: its password, and serving it beside the rounds. */

import { withOnsite } from './commands.ts'
import { PAGE_OFF } from './config.ts'
import type { Onsite } from './onsite.ts'
import { pagePlace } from './page/place.ts'
import { servePage } from './page/server.ts'
import { keepPassword, PASSWORD_LEAST, Sessions } from './page/sessions.ts'
import { type Action, type Context, complain, exitCodes, hindered, type Run, say } from './terminal.ts'
import { fill } from './words.ts'

/** `page password` */
export const pagePasswordCommand: Action = (context) =>
  withOnsite(context, 'work', async (onsite) => {
    const { terminal, words } = context
    const password = await terminal.readPassword(fill(words, 'pageAskPassword', { least: PASSWORD_LEAST }))
    if (password.length < PASSWORD_LEAST || password.length > 200) {
      complain(context, fill(words, 'pagePasswordLength', { least: PASSWORD_LEAST }))
      return exitCodes.usage
    }
    const fault = onsite.store.set('page', await keepPassword(password))
    if (fault !== null) return hindered(context, fault)
    const { config } = onsite.local
    const page = config.ok ? config.config.page : PAGE_OFF
    say(context, fill(words, page === PAGE_OFF ? 'pagePasswordOff' : 'pagePasswordSet', { url: `http://${page}/` }))
    return exitCodes.done
  })

/** Serves the page while the service runs, if it has a place and a password; what is in the way is said and stops nothing. */
export async function serveBeside(context: Context, onsite: Onsite, run: Run): Promise<() => Promise<void>> {
  const { terminal, words } = context
  const { config } = onsite.local
  const place = config.ok ? pagePlace(config.config.page) : null
  if (place === null || onsite.store.get('page') === null) return async () => undefined
  const { world, hostName } = terminal
  const say = async (language: 'de' | 'en', wanted: readonly string[]) => {
    let said = ''
    const print = (text: string) => {
      said += text
    }
    await run(['--state', context.folder, '--scope', context.scopeFile, '--language', language, ...wanted], {
      ...terminal,
      out: print,
      err: print,
      interactive: false,
    })
    return said
  }
  const desk = { onsite, sessions: new Sessions(world.clock), hostNames: [hostName.toLowerCase()], say, busy: false }
  try {
    const served = await servePage(place, desk, world)
    return () => served.close()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const { page } = config.ok ? config.config : { page: '' }
    complain(context, fill(words, 'pageNotServed', { url: `http://${page}/`, code: String(error.code) }))
    return async () => undefined
  }
}
