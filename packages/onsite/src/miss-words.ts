/** What was not got of a printer, in words: why as a kind, and what exactly. */
import { type Miss, type MissCode, type MissReason, missCodes } from '@platen/model'

/** One language; `{x}` is filled in with what the miss speaks of. */
export interface MissWords {
  readonly reasons: Readonly<Record<MissReason, string>>
  readonly codes: Readonly<Record<MissCode, string>>
}

export const english: MissWords = {
  reasons: {
    absent: 'the device does not have it',
    silent: 'no answer',
    refused: 'refused',
    malformed: 'cannot be read',
    implausible: 'cannot be right',
    tooMany: 'too many',
    placeholder: 'a placeholder',
  },
  codes: {
    notSaid: 'the device says nothing of it',
    metersNotSaid: '{meters}',
    notThisTime:
      'its own counter did not answer this time; {other} ({count}) is another one and was not put in its place',
    noNumber: '“{said}” is no number',
    noCount: '“{said}” is no count',
    outOfRange: '{said} is no whole number from {least} to {most}',
    unknownLabel: 'no meter is known by {said}',
    noCapacity: 'it says {level}, but not of how much',
    overfull: 'it says {level} of {capacity}',
    noLevel: 'a level of {level} has no meaning',
    noBits: '“{said}” is no set of bits',
    placeholder: '“{said}” stands for nothing',
    tooLong: 'longer than {most} characters',
    noMac: 'no network interface tells an address of six bytes',
    tooMany: 'there are more than {most}',
    tooManyRows: 'the table has more than {most} rows',
    disordered: 'the device repeats itself or goes back: the rest of the table was not read',
    notAnswered: 'no answer ({why})',
    notAsked: 'not asked: the device had stopped answering',
  },
}

export const german: MissWords = {
  reasons: {
    absent: 'das Gerät hat es nicht',
    silent: 'keine Antwort',
    refused: 'abgelehnt',
    malformed: 'nicht lesbar',
    implausible: 'kann nicht stimmen',
    tooMany: 'zu viel',
    placeholder: 'ein Platzhalter',
  },
  codes: {
    notSaid: 'das Gerät sagt nichts dazu',
    metersNotSaid: '{meters}',
    notThisTime:
      'der eigene Zähler hat diesmal nicht geantwortet; {other} ({count}) ist ein anderer und kam nicht an seine Stelle',
    noNumber: '„{said}“ ist keine Zahl',
    noCount: '„{said}“ ist kein Zählerstand',
    outOfRange: '{said} ist keine ganze Zahl von {least} bis {most}',
    unknownLabel: 'unter {said} ist kein Zähler bekannt',
    noCapacity: 'es sagt {level}, aber nicht, wovon',
    overfull: 'es sagt {level} von {capacity}',
    noLevel: 'ein Füllstand von {level} bedeutet nichts',
    noBits: '„{said}“ ist kein Bitmuster',
    placeholder: '„{said}“ steht für nichts',
    tooLong: 'länger als {most} Zeichen',
    noMac: 'keine Netzwerkschnittstelle nennt eine Adresse aus sechs Bytes',
    tooMany: 'es sind mehr als {most}',
    tooManyRows: 'die Tabelle hat mehr als {most} Zeilen',
    disordered: 'das Gerät wiederholt sich oder springt zurück: der Rest der Tabelle wurde nicht gelesen',
    notAnswered: 'keine Antwort ({why})',
    notAsked: 'nicht gefragt: das Gerät antwortete nicht mehr',
  },
}

/** What exactly was missed; a code that this version has no words for in those of whoever read it. */
export function missText(words: MissWords, { code, params = {}, detail }: Miss): string {
  const known = missCodes.find((one) => one === code)
  if (known === undefined) return detail
  return words.codes[known].replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '?')
}
