/** The sentences of the annex in both languages. They say what the program does and leave to the parties what is theirs to agree. */

import type { Personal } from './catalogue.ts'
import type { Message } from './fields.ts'

/** Languages of the annex. */
const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

/** The sentences of one language; paragraphs are Markdown. */
export interface AnnexWords {
  readonly generated: string
  readonly title: string
  readonly intro: string
  readonly parts: readonly { readonly title: string; readonly text: string }[]
  readonly dataTitle: string
  readonly dataIntro: string
  readonly columns: readonly string[]
  readonly messages: Readonly<Record<Message, string>>
  readonly personal: Readonly<Record<Personal, string>>
  readonly maskable: string
  readonly notMaskable: string
  readonly never: string
  readonly settableIntro: string
  readonly after: readonly { readonly title: string; readonly text: string }[]
}

const english: AnnexWords = {
  generated: 'Made by `npm run annex` from the published schemas; changes go into `tools/annex`.',
  title: 'Annex on the processing of data (GDPR Article 28)',
  intro:
    'What Platen Onsite, the program in the customer’s network, sends to Platen Central. The list of data is made from the schemas of the messages themselves: a field that is not in it cannot be sent. Lines with `____` are for the parties to fill in.',
  parts: [
    {
      title: 'Parties',
      text: 'Controller (customer): ____\n\nProcessor (provider of Platen Central): ____\n\nContacts for data protection on both sides: ____',
    },
    {
      title: 'Subject, nature and purpose (Article 28(3))',
      text: 'Meters, levels and states of the printers in the agreed network ranges are read over SNMP, delivered to Platen Central, and used there to bill printing, to send supplies and to notice faults. Other purposes are not agreed. What may be asked stands in a file on the customer’s machine (`scope.toml`) that only the customer changes; Central can choose among it and cannot widen it.',
    },
    { title: 'Duration', text: 'From ____ until ____; the processing ends when the program is switched off.' },
    {
      title: 'Persons concerned',
      text: 'Persons whose names or telephone numbers somebody typed into a device (contact, location, host name), and whoever enrols the program. Users of printers are not concerned: nothing about who printed what is read.',
    },
  ],
  dataTitle: 'Data that leave the customer’s network',
  dataIntro:
    'About a person: “yes” where it usually is, “possible” where it depends on what was typed in, “no” otherwise. What can be left out is left out before anything is sealed.',
  columns: ['Data', 'Fields', 'What for', 'About a person', 'Can be left out'],
  messages: {
    reading: 'A reading of a printer',
    contact: 'What the program says of itself',
    'envelope-header': 'Around every message',
    'enrolment-request': 'At enrolment, once',
  },
  personal: { no: 'no', maybe: 'possible', yes: 'yes' },
  maskable: 'yes',
  notMaskable: '',
  never:
    '**Never read:** print jobs, documents and their names, users, address books, text on the panel, the operator and the service person entered in the device. Instructions that ask for them are refused by the program (`packages/collector/src/reach.ts`). There is no code that writes to a printer.',
  settableIntro:
    'All that Central can set, a closed list: {names}. There is no command, no script and no program among it.',
  after: [
    {
      title: 'Technical and organisational measures (Article 32)',
      text: '- On the way: readings are sealed to Central (HPKE, X25519, AES) and signed (Ed25519), over TLS or not; a proxy can neither read nor change them.\n- At rest on the customer’s machine: encrypted database (AES-256); only last values are kept, what was read before is sealed at once and cannot be opened there.\n- Access: the program has an account of its own, no capability, and no open port but UDP 162 for traps if the customer enables it. It calls Central, nobody calls it.\n- Only UDP port 161 of agreed addresses is asked; checked by the program twice, and by the kernel with the rules of `platen-onsite scope rules`.\n- What to ask is signed by a key that Central does not have.\n- Every round and delivery is a line of a hash chain on the customer’s machine.\n- Central’s own measures: ____',
    },
    {
      title: 'Keeping and deletion',
      text: 'On the customer’s machine: delivered envelopes 14 days after the receipt, undelivered ones until they are delivered (at most 2 GiB). At Central: ____. At the end of the agreement: ____. To remove the program, stop it and delete its state folder; to void its keys, revoke it at Central.',
    },
    {
      title: 'Instructions, sub-processors, help and audits',
      text: 'The processor acts on documented instructions only; the scope file and the settings are part of them. Sub-processors: ____. Persons with access are bound to secrecy. The processor helps with requests of persons concerned, with notices of breaches and with impact assessments. Audit: `platen-onsite ask ADDRESS` shows the customer every object asked and every number got of a printer without sending anything; `platen-onsite scope show` shows what may be asked.',
    },
  ],
}

const german: AnnexWords = {
  generated: 'Gemacht von `npm run annex` aus den veröffentlichten Schemas; Änderungen kommen in `tools/annex`.',
  title: 'Anlage zur Auftragsverarbeitung (Art. 28 DSGVO)',
  intro:
    'Was Platen Onsite, das Programm im Netz des Kunden, an Platen Central sendet. Die Liste der Daten entsteht aus den Schemas der Nachrichten selbst: ein Feld, das nicht darin steht, kann nicht gesendet werden. Zeilen mit `____` füllen die Parteien aus.',
  parts: [
    {
      title: 'Parteien',
      text: 'Verantwortlicher (Kunde): ____\n\nAuftragsverarbeiter (Betreiber von Platen Central): ____\n\nAnsprechpersonen für Datenschutz auf beiden Seiten: ____',
    },
    {
      title: 'Gegenstand, Art und Zweck (Art. 28 Abs. 3)',
      text: 'Zähler, Füllstände und Zustände der Drucker in den vereinbarten Netzbereichen werden über SNMP gelesen, an Platen Central geliefert und dort benutzt, um Gedrucktes abzurechnen, Verbrauchsmaterial zu liefern und Störungen zu bemerken. Andere Zwecke sind nicht vereinbart. Was gefragt werden darf, steht in einer Datei auf der Maschine des Kunden (`scope.toml`), die nur der Kunde ändert; Central kann daraus wählen und sie nicht erweitern.',
    },
    { title: 'Dauer', text: 'Von ____ bis ____; die Verarbeitung endet, wenn das Programm abgeschaltet wird.' },
    {
      title: 'Betroffene Personen',
      text: 'Personen, deren Namen oder Telefonnummern jemand am Gerät eingetragen hat (Kontakt, Standort, Rechnername), und wer das Programm anmeldet. Wer druckt, ist nicht betroffen: wer was gedruckt hat, wird nicht gelesen.',
    },
  ],
  dataTitle: 'Daten, die das Netz des Kunden verlassen',
  dataIntro:
    'Personenbezug: „ja“, wo er üblich ist, „möglich“, wo er davon abhängt, was eingetragen wurde, sonst „nein“. Was weggelassen werden kann, wird weggelassen, bevor etwas versiegelt wird.',
  columns: ['Daten', 'Felder', 'Wozu', 'Personenbezug', 'Weglassbar'],
  messages: {
    reading: 'Eine Ablesung eines Druckers',
    contact: 'Was das Programm von sich sagt',
    'envelope-header': 'Um jede Nachricht',
    'enrolment-request': 'Bei der Anmeldung, einmal',
  },
  personal: { no: 'nein', maybe: 'möglich', yes: 'ja' },
  maskable: 'ja',
  notMaskable: '',
  never:
    '**Nie gelesen:** Druckaufträge, Dokumente und ihre Namen, Benutzer, Adressbücher, Text auf dem Bedienfeld, die am Gerät eingetragenen Bediener und Techniker. Anweisungen, die danach fragen, lehnt das Programm ab (`packages/collector/src/reach.ts`). Es gibt keinen Code, der in einen Drucker schreibt.',
  settableIntro:
    'Alles, was Central einstellen kann, eine geschlossene Liste: {names}. Ein Befehl, ein Skript oder ein Programm ist nicht darunter.',
  after: [
    {
      title: 'Technische und organisatorische Maßnahmen (Art. 32)',
      text: '- Unterwegs: Ablesungen sind für Central versiegelt (HPKE, X25519, AES) und signiert (Ed25519), mit oder ohne TLS; ein Proxy kann sie weder lesen noch ändern.\n- Auf der Maschine des Kunden: verschlüsselte Datenbank (AES-256); behalten werden nur letzte Werte, was vorher gelesen wurde, ist sofort versiegelt und dort nicht zu öffnen.\n- Zugang: das Programm hat ein eigenes Konto, keine Sonderrechte und keinen offenen Port außer UDP 162 für Traps, wenn der Kunde ihn einschaltet. Es ruft Central an, niemand ruft es an.\n- Gefragt wird nur UDP-Port 161 vereinbarter Adressen; das prüft das Programm zweimal, und der Kernel mit den Regeln von `platen-onsite scope rules`.\n- Was gefragt wird, ist mit einem Schlüssel signiert, den Central nicht hat.\n- Jede Runde und Lieferung ist eine Zeile einer Prüfsummenkette auf der Maschine des Kunden.\n- Maßnahmen bei Central: ____',
    },
    {
      title: 'Aufbewahrung und Löschung',
      text: 'Auf der Maschine des Kunden: abgelieferte Umschläge 14 Tage nach der Quittung, nicht abgelieferte, bis sie abgeliefert sind (höchstens 2 GiB). Bei Central: ____. Am Ende der Vereinbarung: ____. Um das Programm zu entfernen, es beenden und seinen Zustandsordner löschen; um seine Schlüssel ungültig zu machen, es bei Central sperren.',
    },
    {
      title: 'Weisungen, weitere Auftragsverarbeiter, Hilfe und Prüfungen',
      text: 'Der Auftragsverarbeiter handelt nur auf dokumentierte Weisung; Scope-Datei und Einstellungen gehören dazu. Weitere Auftragsverarbeiter: ____. Personen mit Zugang sind zur Vertraulichkeit verpflichtet. Der Auftragsverarbeiter hilft bei Anfragen Betroffener, bei Meldungen von Verletzungen und bei Folgenabschätzungen. Prüfung: `platen-onsite ask ADRESSE` zeigt dem Kunden jedes gefragte Objekt und jede Zahl eines Druckers, ohne etwas zu senden; `platen-onsite scope show` zeigt, was gefragt werden darf.',
    },
  ],
}

/** The sentences by language. */
export const words: Readonly<Record<Language, AnnexWords>> = { en: english, de: german }
