/**
 * What each field that leaves a customer's network is, what for, and whether it may be about a person, in two languages. A field that nobody
 * has described stops the annex, so that none is added to the messages without a word to the customer.
 */
import type { Field, Message } from './fields.ts'

/** A text in both languages. */
export interface Both {
  readonly en: string
  readonly de: string
}

/** How far a field may be about a person: not; by what somebody typed into the device or the network; directly. */
export type Personal = 'no' | 'maybe' | 'yes'

/** One line of the list: a field, or several that are told together. */
export interface Line {
  readonly message: Message
  /** Paths or beginnings of paths. */
  readonly paths: readonly string[]
  readonly personal: Personal
  readonly what: Both
  readonly purpose: Both
}

const purposes = {
  recognise: { en: 'to tell devices apart', de: 'um Geräte zu unterscheiden' },
  find: { en: 'so that a technician finds the device', de: 'damit ein Techniker das Gerät findet' },
  bill: { en: 'to bill what was printed', de: 'um Gedrucktes abzurechnen' },
  supply: { en: 'to send supplies in time', de: 'um Verbrauchsmaterial rechtzeitig zu liefern' },
  serve: { en: 'to notice faults', de: 'um Störungen zu bemerken' },
  prove: { en: 'so that a billed number can be proved', de: 'damit eine abgerechnete Zahl belegt werden kann' },
  operate: { en: 'to run the program', de: 'für den Betrieb des Programms' },
  secure: { en: 'to seal, sign and order messages', de: 'um Nachrichten zu versiegeln, zu signieren und zu ordnen' },
} as const

function line(
  message: Message,
  paths: string,
  rest: { personal?: Personal; purpose: keyof typeof purposes; en: string; de: string },
): Line {
  const { personal = 'no', purpose, en, de } = rest
  return { message, paths: paths.split(' '), personal, what: { en, de }, purpose: purposes[purpose] }
}

/** The whole list, in the order in which it is printed. */
export const catalogue: readonly Line[] = [
  line('reading', 'identity.vendor identity.model identity.description identity.objectId', {
    purpose: 'recognise',
    en: 'maker and model, and how the device describes itself',
    de: 'Hersteller und Modell, und wie sich das Gerät selbst beschreibt',
  }),
  line('reading', 'identity.serial', { purpose: 'recognise', en: 'serial number', de: 'Seriennummer' }),
  line('reading', 'identity.firmware firmwareParts[]', {
    purpose: 'serve',
    en: 'firmware versions',
    de: 'Firmware-Versionen',
  }),
  line('reading', 'identity.assetNumber', {
    personal: 'maybe',
    purpose: 'find',
    en: 'asset number, as somebody typed it into the device',
    de: 'Inventarnummer, wie sie jemand am Gerät eingetragen hat',
  }),
  line('reading', 'address', { personal: 'maybe', purpose: 'find', en: 'IP address', de: 'IP-Adresse' }),
  line('reading', 'identity.mac', {
    personal: 'maybe',
    purpose: 'recognise',
    en: 'MAC address of the network card',
    de: 'MAC-Adresse der Netzwerkkarte',
  }),
  line('reading', 'identity.hostName', {
    personal: 'maybe',
    purpose: 'find',
    en: 'host name; it may hold the name of a person or a department',
    de: 'Rechnername; er kann den Namen einer Person oder Abteilung enthalten',
  }),
  line('reading', 'identity.location', {
    personal: 'maybe',
    purpose: 'find',
    en: 'location, as somebody typed it into the device',
    de: 'Standort, wie ihn jemand am Gerät eingetragen hat',
  }),
  line('reading', 'identity.contact', {
    personal: 'yes',
    purpose: 'find',
    en: 'contact, as somebody typed it into the device: often a name, a telephone number or an e-mail address',
    de: 'Kontakt, wie ihn jemand am Gerät eingetragen hat: oft Name, Telefonnummer oder E-Mail-Adresse',
  }),
  line('reading', 'meters[]', {
    purpose: 'bill',
    en: 'meters: how much was printed, copied, scanned and faxed in the device’s life, by colour, size and sides; never by person or document',
    de: 'Zähler: wie viel im Leben des Geräts gedruckt, kopiert, gescannt und gefaxt wurde, nach Farbe, Format und Seiten; nie nach Person oder Dokument',
  }),
  line('reading', 'supplies[]', {
    purpose: 'supply',
    en: 'supplies: kind, colour, part number, serial number, level',
    de: 'Verbrauchsmaterial: Art, Farbe, Teilenummer, Seriennummer, Füllstand',
  }),
  line('reading', 'inputs[]', {
    purpose: 'supply',
    en: 'trays: name, paper, level',
    de: 'Papierfächer: Name, Papier, Füllstand',
  }),
  line('reading', 'outputs[] covers[]', {
    purpose: 'serve',
    en: 'output trays with their level, covers and whether they are open',
    de: 'Ausgabefächer mit Füllstand, Klappen und ob sie offen sind',
  }),
  line('reading', 'status.device status.errors[] status.alerts[]', {
    personal: 'maybe',
    purpose: 'serve',
    en: 'state, faults and alerts with the device’s own text',
    de: 'Zustand, Störungen und Meldungen mit dem eigenen Text des Geräts',
  }),
  line('reading', 'upTime', {
    purpose: 'serve',
    en: 'how long the device has been switched on',
    de: 'wie lange das Gerät eingeschaltet ist',
  }),
  line('reading', 'observation', {
    purpose: 'prove',
    en: 'the raw answers that meters and supplies were made of',
    de: 'die rohen Antworten, aus denen Zähler und Füllstände wurden',
  }),
  line('reading', 'checks[] misses[]', {
    purpose: 'prove',
    en: 'which sums hold, and what was asked and not got',
    de: 'welche Summen stimmen, und was gefragt und nicht bekommen wurde',
  }),
  line('reading', 'visit', {
    purpose: 'prove',
    en: 'what of it was asked in this visit, and what was remembered from an earlier one',
    de: 'was davon bei diesem Besuch gefragt wurde, und was von einem früheren gemerkt war',
  }),
  line('reading', 'id at monotonic profile instructions', {
    purpose: 'prove',
    en: 'number and time of the reading, and by which instructions it was made',
    de: 'Nummer und Zeit der Ablesung, und nach welchen Anweisungen sie entstand',
  }),
  line('contact', 'round', {
    purpose: 'operate',
    en: 'how the last round went: when, how many addresses were asked and how that ended (numbers only)',
    de: 'wie die letzte Runde verlief: wann, wie viele Adressen gefragt wurden und wie das endete (nur Zahlen)',
  }),
  line('contact', 'outbox settingsVersion', {
    purpose: 'operate',
    en: 'how much waits to be delivered, and which settings are in force',
    de: 'wie viel noch abzuliefern ist, und welche Einstellungen gelten',
  }),
  line('contact', 'problems[]', {
    personal: 'maybe',
    purpose: 'operate',
    en: 'what the program could not do, in its own words; a range of addresses or a file name may be in it',
    de: 'was das Programm nicht tun konnte, in seinen Worten; ein Adressbereich oder Dateiname kann darin stehen',
  }),
  line('envelope-header', 'onsite epoch seq kind at life monotonic previous root count', {
    purpose: 'secure',
    en: 'number of this installation, order and time of the envelope, hash of its contents and of the one before',
    de: 'Nummer dieser Installation, Reihenfolge und Zeit des Umschlags, Prüfsumme seines Inhalts und des vorigen',
  }),
  line('envelope-header', 'scope program instructions', {
    purpose: 'secure',
    en: 'SHA-256 of the scope file (not the file), versions of program and instructions',
    de: 'SHA-256 der Scope-Datei (nicht die Datei), Versionen von Programm und Anweisungen',
  }),
  line('enrolment-request', 'email', {
    personal: 'yes',
    purpose: 'operate',
    en: 'e-mail address of whoever enrols this installation; once',
    de: 'E-Mail-Adresse dessen, der diese Installation anmeldet; einmal',
  }),
  line('enrolment-request', 'hostName', {
    personal: 'maybe',
    purpose: 'operate',
    en: 'host name of the machine on which the program runs; once',
    de: 'Rechnername der Maschine, auf der das Programm läuft; einmal',
  }),
  line('enrolment-request', 'password signingKey sealingKey scopeHash nonce program', {
    purpose: 'secure',
    en: 'the secret of the invitation (good once), public keys, SHA-256 of the scope file, version',
    de: 'das Geheimnis der Einladung (gilt einmal), öffentliche Schlüssel, SHA-256 der Scope-Datei, Version',
  }),
]

/** Fields that no line tells of, and paths of lines that no field has any more: both must be none. */
export function gaps(fields: readonly Field[]): {
  readonly untold: readonly string[]
  readonly vain: readonly string[]
} {
  const untold = fields.filter((field) => linesFor(field).length !== 1).map(({ message, path }) => `${message} ${path}`)
  const vain = catalogue.flatMap(({ message, paths }) =>
    paths
      .filter((path) => !fields.some((field) => field.message === message && isWithin(field.path, path)))
      .map((path) => `${message} ${path}`),
  )
  return { untold, vain }
}

function linesFor({ message, path }: Field): readonly Line[] {
  return catalogue.filter((one) => one.message === message && one.paths.some((begin) => isWithin(path, begin)))
}

/** Whether the path is the other or lies below it. */
export function isWithin(path: string, begin: string): boolean {
  return path === begin || path.startsWith(`${begin}.`) || path.startsWith(`${begin}[]`)
}
