/**
 * `test ADDRESS`: answers an administrator's questions about one address in the order in which things can go wrong: is it agreed, does it
 * answer and to what, what is it, what would be read of it, and what would be left out before anything is sealed.
 */
import type { Settings } from '@platen/wire'
import type { Asked, ToldWay } from './ask.ts'
import { withOnsite } from './commands.ts'
import { loadScope } from './local.ts'
import type { Scope } from './scope.ts'
import { askFailureScreen, failureScreen, printable } from './screens.ts'
import { type Action, type Context, complain, exitCodes, hindered, say, textOf } from './terminal.ts'
import { fillText, type Words } from './words.ts'

/** What is known about the address, for the screen and for scripts. */
interface Tested {
  readonly target: string
  readonly asked: Asked
  readonly scope: Scope
  readonly masks: Settings['masks'] | null
  /** Whether a community was given on the command line. */
  readonly isGiven: boolean
}

/** Reasons that come after the packet: whatever else stands there, the address is agreed. */
const ANSWERS: readonly string[] = ['silent', 'unreachable', 'refused', 'notAPrinter', 'stopped']

/** `test`: of an address, or of the way to Central where none is given. */
export const testCommand: Action = (context, options, [target]) =>
  target === undefined ? testWay(context, options) : testAddress(context, options, target)

function testWay(context: Context, options: Record<string, unknown>): Promise<number> {
  return withOnsite(context, 'look', async (onsite) => {
    const { words } = context
    const checked = await onsite.checkWay()
    if (options.json === true) say(context, JSON.stringify(checked, null, 2))
    if (checked.ok) {
      const { config } = onsite.local
      const server = config.ok ? config.config.server : ''
      const milliseconds = Math.round(checked.milliseconds)
      const by = onsite.proxy === null ? words.scope.say.wayStraight : words.scope.say.wayProxy
      if (options.json !== true) say(context, fillText(words, words.scope.say.wayOpen, { server, milliseconds, by }))
      return exitCodes.done
    }
    if (options.json !== true) complain(context, failureScreen(words, checked))
    return Object.hasOwn(words.hindrances, checked.reason) ? exitCodes.notEnrolled : exitCodes.notDelivered
  })
}

const testAddress = (context: Context, options: Record<string, unknown>, target: string): Promise<number> =>
  withOnsite(context, 'look', async (onsite) => {
    const { words } = context
    const loaded = loadScope(context)
    if (!loaded.ok) return hindered(context, loaded)
    const community = textOf(options.community)
    const asked = await onsite.ask(target, community)
    if (!isAsked(words, asked)) return hindered(context, asked)
    const settings = onsite.store.get('settings')
    const isGiven = community !== undefined
    const tested: Tested = { target, asked, scope: loaded.scope, masks: settings?.masks ?? null, isGiven }
    if (options.json === true) say(context, JSON.stringify(testedJson(tested), null, 2))
    else say(context, testScreen(words, tested))
    if (asked.ok) return exitCodes.done
    if (options.json !== true) complain(context, askFailureScreen(words, asked))
    return ANSWERS.includes(asked.reason) ? exitCodes.noAnswer : exitCodes.notAgreed
  })

function isAsked(words: Words, outcome: Asked | { readonly ok: false; readonly reason: string }): outcome is Asked {
  return outcome.ok || Object.hasOwn(words.asks, outcome.reason)
}

/** The steps as far as they went, each a question and its answer. */
function testScreen(words: Words, { target, asked, scope, masks, isGiven }: Tested): string {
  const text = words.scope.say
  const say = (name: keyof typeof text, blanks: Readonly<Record<string, string | number>> = {}) =>
    fillText(words, text[name], blanks)
  const ways = (vain: readonly ToldWay[] = []) =>
    vain.map((way) => `${way.version} (${way.version === 'v3' ? printable(way.user) : way.community + 1})`).join(', ')
  const isAgreed = asked.ok || ANSWERS.includes(asked.reason)
  const address = asked.ok ? asked.address : target
  const entries = scope.entriesFor(address).join(', ') || target
  const rows: (readonly [string, string])[] = [
    [
      text.inScope,
      !isAgreed
        ? text.notInScope
        : address === target.toLowerCase()
          ? say('inScopeBy', { entries })
          : say('resolvesTo', { name: target, address, entries }),
    ],
  ]
  if (!asked.ok) {
    if (asked.vain !== undefined) rows.push([text.answers, say('answersNot', { ways: ways(asked.vain) })])
    if (asked.reason === 'notAPrinter')
      rows.push([text.whatIs, say('whatIsNot', { text: printable(asked.detail) || '?' })])
    return table(target, rows)
  }
  const { manner, reading, cost, vain } = asked
  const { vendor, model, serial } = reading.identity
  const { version } = manner
  const answer =
    manner.version === 'v3'
      ? say('answersByUser', { user: printable(manner.user) })
      : isGiven
        ? say('answersGiven', { version })
        : say('answersBy', { version, number: manner.community + 1, count: asked.communities })
  const name = [vendor, model].filter((part) => part !== null).join(' ') || '?'
  const { evidence, profile } = asked
  rows.push(
    [text.answers, vain.length === 0 ? answer : `${answer}; ${say('vain', { ways: ways(vain) })}`],
    [text.whatIs, say('whatIsIt', { name: printable(name), serial: printable(serial ?? '?'), evidence, profile })],
    [text.reads, say('readsWhat', { ...numbersOf(asked), requests: cost.requests })],
    [text.masks, maskNames(words, masks) || text.masksNone],
  )
  return [table(address, rows), text.nothingSent, say('testMore', { address })].join('\n')
}

/** The same for scripts; nothing of the contents of the printer but what it is. */
function testedJson({ target, asked, scope, masks }: Tested) {
  if (!asked.ok) {
    const { reason, detail, vain = [] } = asked
    return { target, agreed: ANSWERS.includes(reason), ok: false, reason, detail, vain }
  }
  const { address, manner, vain, evidence, profile, cost, reading } = asked
  const { vendor, model, serial } = reading.identity
  const what = { vendor, model, serial, evidence, profile }
  const agreedBy = scope.entriesFor(address)
  return { target, agreed: true, ok: true, address, agreedBy, manner, vain, what, reads: numbersOf(asked), masks, cost }
}

function numbersOf({ reading, lines }: Extract<Asked, { ok: true }>) {
  const { meters, supplies, inputs, status, misses } = reading
  return {
    meters: meters.length,
    supplies: supplies.length,
    inputs: inputs.length,
    alerts: status.alerts.length,
    objects: lines.length,
    misses: misses.length,
  }
}

function maskNames(words: Words, masks: Settings['masks'] | null): string {
  const { say } = words.scope
  const names: Readonly<Record<string, string>> = {
    address: say.maskAddress,
    hostName: say.maskHostName,
    mac: say.maskMac,
    location: say.maskLocation,
    contact: say.maskContact,
  }
  return Object.entries(masks ?? {})
    .flatMap(([name, isMasked]) => (isMasked ? [names[name] ?? name] : []))
    .join(', ')
}

function table(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length)) + 2
  return [printable(title), ...rows.map(([label, text]) => `  ${label.padEnd(width)}${text}`)].join('\n')
}
