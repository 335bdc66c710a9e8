/** Pages as text in which nothing that comes from outside can be more than text: whatever is put into a template is escaped unless it is HTML made here. */

/** HTML that was made by `html`. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** What may stand in a template. */
type Part = Html | string | number | null | readonly Html[]

/** A piece of a page: strings are escaped, nulls are nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(texts.map((text, at) => text + (at < parts.length ? textOf(parts[at] ?? null) : '')).join(''))
}

/** A name that somebody else chose, in its own direction of writing: it cannot turn round what stands beside it. */
export function foreign(text: string): Html {
  return html`<bdi>${text}</bdi>`
}

function textOf(part: Part): string {
  if (part === null) return ''
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map((one: Html) => one.text).join('')
  return escaped(String(part))
}

/** Control characters would be invisible, and those that turn the direction of writing would reach beyond their place. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (sign) => (sign === '\n' ? sign : '\ufffd'))
    .replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
