/** The local page's pages: what is known of this Onsite as HTML, made from values and words alone. */
import { parseAddress } from '../addresses.ts'
import { sentenceOf } from '../ledger-command.ts'
import { numberText } from '../numbers.ts'
import type { Onsite } from '../onsite.ts'
import { statusRows } from '../screens.ts'
import { statusOf } from '../status.ts'
import { fillText, type Words } from '../words.ts'
import { foreign, type Html, html } from './html.ts'
import type { PageWords } from './words.ts'

/** Lines of the ledger on one page. */
const LINES_SHOWN = 200
/** Printers on one page: more than any one Onsite has. */
const PRINTERS_SHOWN = 5000

/** The words of the program and of the page, of one language. */
export interface Speech {
  readonly name: 'de' | 'en'
  readonly page: PageWords
  readonly program: Words
}

export type PageName = keyof PageWords['pages']

/** A whole page. `session` null: nobody is signed in, and nothing is told. */
export function frame(
  speech: Speech,
  content: Html,
  at: { readonly page: PageName | null; readonly form: string | null; readonly refresh?: number },
): Html {
  const { page, name } = speech
  const title = at.page === null ? page.title : `${page.pages[at.page]} – ${page.title}`
  const links = at.form === null ? [] : linksOf(page, at.page)
  const signOut =
    at.form === null
      ? null
      : html`<form method="post" action="/sign-out"><input type="hidden" name="form" value="${at.form}"><button class="plain">${page.signOut}</button></form>`
  const refresh = at.refresh === undefined ? null : html`<meta http-equiv="refresh" content="${at.refresh}">`
  const other = name === 'de' ? 'en' : 'de'
  return html`<!doctype html>
<html lang="${name}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${refresh}
<title>${title}</title><link rel="stylesheet" href="/style.css"></head>
<body><header><b>${page.title}</b><nav>${links}<a href="?language=${other}" lang="${other}">${page.other}</a></nav>${signOut}</header>
<main>${content}</main></body></html>`
}

function linksOf(page: PageWords, current: PageName | null): readonly Html[] {
  const names: readonly PageName[] = ['status', 'printers', 'sent', 'scope', 'test']
  return names.map((one) => {
    const href = one === 'status' ? '/' : `/${one}`
    return one === current
      ? html`<a href="${href}" aria-current="page">${page.pages[one]}</a>`
      : html`<a href="${href}">${page.pages[one]}</a>`
  })
}

/** Asks for the password; `trouble` says why the last try did not do. */
export function signInView({ page }: Speech, trouble: string | null): Html {
  return html`<div class="card sign-in"><h1>${page.title}</h1>${trouble === null ? null : html`<p class="bad" role="alert">${trouble}</p>`}
<form method="post" action="/sign-in"><label for="password">${page.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
<br><button>${page.signIn}</button></form></div>`
}

/** How the Onsite is, and what it is doing. */
export function statusView(speech: Speech, onsite: Onsite): Html {
  const { page, program } = speech
  const status = statusOf(onsite)
  const { progress, next } = onsite.live
  const rows = statusRows(program, status).map(
    ([label, text]) => html`<dt>${label}</dt><dd>${foreign(withTimes(program, text))}</dd>`,
  )
  const planned = next === null ? page.nothingPlanned : `${timeText(program, next.at)}: ${lookText(program, next.kind)}`
  const under =
    progress === null
      ? null
      : html`<section><p>${fillText(program, page.under, { ...progress })}</p><progress max="${Math.max(1, progress.total)}" value="${progress.done}"></progress></section>`
  const problems =
    status.problems.length === 0
      ? null
      : html`<h2>${page.problems}</h2><section><pre>${status.problems.join('\n')}</pre></section>`
  return html`<h1>${page.pages.status}</h1>${under}<section><dl>${rows}<dt>${page.next}</dt><dd>${planned}</dd></dl></section>${problems}`
}

function lookText({ ledger }: Words, kind: string): string {
  return Object.entries(ledger.looks).find(([name]) => name === kind)?.[1] ?? kind
}

/** The program's screens write moments as machines do; here somebody sits before their own clock. */
function withTimes(words: Words, text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (at) => timeText(words, at))
}

/** Whom this Onsite knows. */
export function printersView({ page, program }: Speech, onsite: Onsite): Html {
  const { columns } = page
  const devices = [...onsite.store.devices()].sort(byAddress).slice(0, PRINTERS_SHOWN)
  if (devices.length === 0)
    return html`<h1>${page.pages.printers}</h1><section><p class="dim">${page.nobody}</p></section>`
  const rows = devices.map(
    ({
      address,
      vendor,
      model,
      serial,
      life,
      seen,
      version,
      failures,
    }) => html`<tr><td>${address}</td><td>${foreign(vendor ?? '–')}</td>
<td class="text">${foreign(model ?? '–')}</td><td>${foreign(serial ?? '–')}</td><td class="number">${life === null ? '–' : numberText(program.locale, BigInt(life))}</td>
<td>${timeText(program, seen)}</td><td>SNMP${version}</td><td class="number">${failures}</td></tr>`,
  )
  return html`<h1>${page.pages.printers} (${numberText(program.locale, devices.length)})</h1><section class="wide"><table>
<tr><th>${columns.address}</th><th>${columns.maker}</th><th>${columns.model}</th><th>${columns.serial}</th><th>${columns.meter}</th><th>${columns.seen}</th><th>${columns.asked}</th><th>${columns.missed}</th></tr>
${rows}</table></section>`
}

function byAddress(one: { readonly address: string }, other: { readonly address: string }): number {
  const [a, b] = [one, other].map(({ address }) => parseAddress(address) ?? -1n)
  return a === undefined || b === undefined || a === b ? 0 : a < b ? -1 : 1
}

/** The ledger's newest lines in plain words. */
export function sentView({ page, program }: Speech, onsite: Onsite): Html {
  const { columns } = page
  const broken = onsite.ledger.firstBroken()
  const rows = onsite.ledger
    .last(LINES_SHOWN)
    .map(
      (line) =>
        html`<tr><td class="number">${line.n}</td><td>${timeText(program, line.at)}</td><td class="text">${foreign(sentenceOf(program, line))}</td></tr>`,
    )
  const chain =
    broken === null
      ? html`<p class="good">${page.whole}</p>`
      : html`<p class="bad" role="alert">${fillText(program, page.broken, { line: broken })}</p>`
  return html`<h1>${page.pages.sent}</h1>${chain}<p class="dim">${page.sentLead}</p><section class="wide"><table>
<tr><th>${columns.line}</th><th>${columns.when}</th><th>${columns.what}</th></tr>${rows}</table></section>`
}

/** What a command of the program says, as it says it. */
export function saidView(heading: string, said: string): Html {
  return html`<h1>${heading}</h1><section><pre>${said}</pre></section>`
}

/** Both tests, and what the last one said. */
export function testView(
  { page }: Speech,
  form: string,
  said: { readonly text: string; readonly target: string } | null,
): Html {
  const hidden = html`<input type="hidden" name="form" value="${form}">`
  return html`<h1>${page.pages.test}</h1>
<section><form method="post" action="/test">${hidden}<div class="row"><div><label for="target">${page.testAddress}</label>
<input id="target" name="target" value="${said?.target ?? ''}" placeholder="${page.testAddressHint}" maxlength="253" required></div><button>${page.go}</button></div></form></section>
<section><form method="post" action="/test-central">${hidden}<div class="row"><div><b>${page.testCentral}</b><br><span class="dim">${page.testCentralHint}</span></div><button>${page.go}</button></div></form></section>
${said === null ? null : html`<section aria-live="polite"><pre>${said.text}</pre></section>`}`
}

function timeText({ locale }: Words, at: string): string {
  const time = Date.parse(at)
  return Number.isNaN(time) ? at : new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'medium' })
}
