/** Talks to Central as a signed-in person's browser does: for the first run, the seeding tool, benchmarks and whole-line tests. */

/** What an installer needs to enrol an Onsite. */
export interface Invitation {
  /** The Onsite's name at Central. */
  readonly onsite: string
  readonly email: string
  readonly password: string
}

/** A person's session with Central. Every method throws where Central refuses, with what it said: in a run of our own that is a bug. */
export class Person {
  readonly #url: string
  #cookie = ''
  #node = ''

  private constructor(url: string) {
    this.#url = url
  }

  static async signIn(url: string, login: { readonly email: string; readonly password: string }): Promise<Person> {
    const person = new Person(url)
    const response = await person.#send('/api/sign-in', { email: login.email, password: login.password })
    person.#cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ')
    person.#node = String(record(record(await response.json()).node).id)
    return person
  }

  /** The place this person stands at: customers go below it. */
  get node(): string {
    return this.#node
  }

  /** GET, parsed. */
  async get(path: string): Promise<Record<string, unknown>> {
    return record(await (await this.#send(path)).json())
  }

  /** Makes a place and answers its id. */
  async place(kind: 'customer' | 'site', parent: string, name: string): Promise<string> {
    return String((await this.#post('/api/places', { kind, parent, name })).id)
  }

  /** Makes an Onsite account. */
  async invite(site: string, name: string, email: string): Promise<Invitation> {
    const made = await this.#post('/api/onsites', { site, name, email })
    return { onsite: String(record(made.onsite).id), email: String(made.email), password: String(made.password) }
  }

  /** Changes an Onsite's settings. */
  async change(onsite: string, changes: object): Promise<void> {
    const path = `/api/onsites/${onsite}/settings`
    await this.#send(path, { ...(await this.get(path)), ...changes }, 'PUT')
  }

  /** Makes an Onsite the standby of another of its site. */
  async standBy(onsite: string, of: string): Promise<void> {
    await this.#send(`/api/onsites/${onsite}/standby`, { of })
  }

  async #post(path: string, body: object): Promise<Record<string, unknown>> {
    return record(await (await this.#send(path, body)).json())
  }

  async #send(path: string, body?: object, method: 'POST' | 'PUT' = 'POST'): Promise<Response> {
    const headers = { 'content-type': 'application/json', 'x-platen': '1', cookie: this.#cookie }
    const post = { method, headers, body: JSON.stringify(body) }
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
): Promise<Invitation> {
  const customer = await person.place('customer', person.node, names.customer)
  const site = await person.place('site', customer, names.site)
  return await person.invite(site, names.onsite, names.email)
}
