/** Talks to Central as a signed-in person's browser does, to make the customer, the site and the Onsite account of a first run. */

/** A person's session with Central. @throws where Central refuses, with what it said: in a run of our own that is a bug. */
export class Person {
  readonly #url: string
  #cookie = ''

  constructor(url: string) {
    this.#url = url
  }

  async signIn(login: { readonly email: string; readonly password: string }): Promise<void> {
    const response = await this.#send('/api/sign-in', login)
    this.#cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ')
  }

  /** GET, parsed. */
  async get(path: string): Promise<Record<string, unknown>> {
    return record(await (await this.#send(path)).json())
  }

  /** POST, parsed. */
  async post(path: string, body: object): Promise<Record<string, unknown>> {
    return record(await (await this.#send(path, body)).json())
  }

  async #send(path: string, body?: object): Promise<Response> {
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-platen': '1', cookie: this.#cookie },
      body: JSON.stringify(body),
    }
    const response = await fetch(
      `${this.#url}${path}`,
      body === undefined ? { headers: { cookie: this.#cookie } } : post,
    )
    if (!response.ok) throw new Error(`Central answered ${response.status} to ${path}: ${await response.text()}`)
    return response
  }
}

/** A JSON object's entries. @throws for any other JSON. */
export function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('an object was expected')
  return Object.fromEntries(Object.entries(value))
}

/** Makes a customer, a site and an Onsite account, and answers what its installer needs. */
export async function inviteOnsite(
  person: Person,
  names: { readonly customer: string; readonly site: string; readonly onsite: string; readonly email: string },
): Promise<{ readonly email: string; readonly password: string }> {
  const me = await person.get('/api/me')
  const customer = await person.post('/api/places', {
    parent: record(me.node).id,
    kind: 'customer',
    name: names.customer,
  })
  const site = await person.post('/api/places', { parent: customer.id, kind: 'site', name: names.site })
  const made = await person.post('/api/onsites', { name: names.onsite, site: site.id, email: names.email })
  return { email: String(made.email), password: String(made.password) }
}
