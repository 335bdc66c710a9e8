/** German, for the local page. */
import type { PageWords } from './words.ts'

export const german: PageWords = {
  title: 'Platen Onsite',
  pages: {
    status: 'Zustand',
    printers: 'Drucker',
    sent: 'Was gesendet wurde',
    scope: 'Was gefragt werden darf',
    test: 'Test',
  },
  password: 'Passwort dieser Seite',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  wrong:
    'Das ist nicht das Passwort. Wer auf diesem Rechner `platen-onsite page password` verwenden darf, kann ein neues setzen.',
  wait: 'Zu viele falsche Passwörter. In {minutes} Minuten noch einmal versuchen.',
  stale: 'Dieses Formular ist zu alt. Bitte noch einmal versuchen.',
  notFound: 'Diese Seite gibt es nicht.',
  problems: 'Was Central beim nächsten Kontakt erfährt',
  next: 'Als Nächstes',
  nothingPlanned: 'nichts geplant',
  under: 'Wird gerade gefragt: {done} von {total} Adressen',
  nobody: 'Noch ist kein Drucker bekannt.',
  columns: {
    address: 'Adresse',
    maker: 'Hersteller',
    model: 'Modell',
    serial: 'Seriennummer',
    meter: 'Gesamtzähler',
    seen: 'Zuletzt gelesen',
    asked: 'Gefragt mit',
    missed: 'Runden verpasst',
    line: 'Nr.',
    when: 'Wann',
    what: 'Was',
  },
  sentLead:
    'Die neuesten Zeilen des Verzeichnisses. Alles, ohne dieses Programm prüfbar: platen-onsite ledger export DATEI',
  whole: 'Die Kette aller Zeilen ist vollständig.',
  broken: 'Zeile {line} passt nicht in die Kette: Das Verzeichnis wurde geändert.',
  testAddress: 'Eine Adresse testen',
  testAddressHint: 'Adresse oder Rechnername, zum Beispiel 10.20.0.15',
  testCentral: 'Den Weg zu Central testen',
  testCentralHint:
    'Fragt Central nach seiner signierten Schlüsselliste, durch den Proxy, falls es einen gibt. Es wird nichts abgeliefert.',
  go: 'Testen',
  busy: 'Ein anderer Test läuft. Bitte gleich noch einmal versuchen.',
  other: 'English',
}
