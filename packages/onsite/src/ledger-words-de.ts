/** German, for `ledger`. */
import type { LedgerWords } from './ledger-words.ts'

export const german: LedgerWords = {
  help: {
    ledger: 'das Verzeichnis: was gefragt und was gesendet wurde, als Kette von Prüfsummen',
    show: 'die neuesten Zeilen in einfachen Worten zeigen',
    verify: 'prüfen, dass keine Zeile geändert, entfernt oder eingefügt wurde',
    export:
      'alle Zeilen mit ihren Prüfsummen in eine Datei schreiben, ein JSON je Zeile, für alle, die ohne dieses Programm prüfen',
    last: 'so viele Zeilen (ohne Angabe 20)',
  },
  kinds: {
    enrolled: 'angemeldet als {onsite}',
    round:
      'Runde ({kind}): {asked} Adressen gefragt ({addresses}), {printers} Drucker gelesen, {silent} stumm, {failed} fehlgeschlagen; {kept} Ablesungen behalten; Objekte: {objects}',
    asked: 'jemand hat {address} gefragt: {requests} Fragen',
    looked: 'angesehen ({kind}): {addresses}; {kept} Ablesungen behalten; Objekte: {objects}',
    list: 'Liste {hash} ({of}), auf die spätere Zeilen verweisen',
    delivered: 'an Central gesendet: {sent} Umschläge, {bytes} Bytes ({range}); {settled} quittiert',
    settings: 'Einstellungen {version} von Central gelten',
    epoch: 'eine neue Kette von Umschlägen wurde begonnen ({because})',
    dropped: 'der Ausgang war voll: {envelopes} Umschläge mit {readings} Ablesungen aufgegeben ({range})',
    instructions: 'Anweisungen {version}',
    recovered: 'die Datenbank war beschädigt und wurde neu begonnen; {envelopes} wartende Umschläge gerettet',
  },
  looks: {
    inventory: 'alle im Umfang',
    round: 'bekannte Drucker',
    supplies: 'Verbrauchsmaterial',
    status: 'Zustand',
    closing: 'Zähler zum Stichtag',
  },
  lists: { addresses: 'Adressen', objects: 'Objekte' },
  none: 'Das Verzeichnis ist leer: Es wurde noch nichts gefragt oder gesendet.',
  whole: 'Alle {lines} Zeilen passen zueinander; die letzte ist {n}, ihre Prüfsumme {hash}.',
  broken: [
    'Zeile {n} passt nicht in die Kette: Sie oder eine davor wurde geändert, entfernt oder eingefügt.',
    'Eine Kopie von state.db und state.key aufheben und herausfinden, wer an diesen Rechner kam.',
  ],
  exported: '{lines} Zeilen nach {file} geschrieben.',
  exists: ['{file} gibt es schon.', 'Eine neue Datei nennen; es wurde nichts geschrieben.'],
  notWritten: [
    '{file} ist nicht zu schreiben ({code}).',
    'Eine Datei in einem Ordner nennen, in den geschrieben werden darf.',
  ],
  notANumber: ['--last will eine ganze Zahl ab 1.', 'Zum Beispiel: ledger show --last 50'],
}
