/** What the seeding tool asks of Central as a person would: signing in, making places, inviting Onsites. */
import { z } from 'zod'

const made = z.object({ id: z.string() })
const invitation = z.object({ email: z.string(), password: z.string() })

/** A signed-in administrator. */
export interface Administrator {
  readonly node: string
  place(kind: 'customer' | 'site', parent: string, name: string): Promise<string>
  invite(site: string, name: string, email: string): Promise<z.output<typeof invitation>>
}

/** Signs in. @throws when Central refuses. */
export async function signIn(
  server: string,
  who: { readonly email: string; readonly password: string },
  ask: typeof fetch,
): Promise<Administrator> {
  const headers = new Headers({ 'content-type': 'application/json', 'x-platen': '1' })
  const post = async (path: string, body: object): Promise<Response> => {
    const response = await ask(`${server}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
  const response = await post('/api/sign-in', who)
  headers.set('cookie', response.headers.getSetCookie()[0]?.split(';')[0] ?? '')
  const me = z.object({ node: z.object({ id: z.string() }) }).parse(await response.json())
  return {
    node: me.node.id,
    place: async (kind, parent, name) =>
      made.parse(await (await post('/api/places', { kind, parent, name })).json()).id,
    invite: async (site, name, email) =>
      invitation.parse(await (await post('/api/onsites', { site, name, email })).json()),
  }
}
