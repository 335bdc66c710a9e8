/** German. */
import { german as ledger } from './ledger-words-de.ts'
import { german as misses } from './miss-words.ts'
import { german as scope } from './scope-words-de.ts'
import type { Words } from './words.ts'

export const german: Words = {
  locale: 'de',
  help: {
    program: 'Liest Zähler und Füllstände der vereinbarten Drucker und liefert sie versiegelt an Platen Central.',
    enrol: 'dieses Onsite bei Central anmelden, mit E-Mail-Adresse und Passwort aus der Einladung',
    round: 'alle vereinbarten Drucker jetzt einmal lesen und abliefern',
    run: 'als Dienst laufen: Runden und Kontakte nach Plan, bis er beendet wird',
    status: 'zeigen, wie es diesem Onsite geht',
    ask: 'einen Drucker lesen und jedes gefragte Objekt und jede Zahl erklären; nichts geht an Central',
    scope: 'die vereinbarten Adressen',
    check: 'die Scope-Datei prüfen, und ob diese Adressen gefragt würden',
    backup:
      'diesen Onsite in eine Datei unter einer Passphrase schreiben: Schlüssel, Einstellungen und alles, was wartet; geht neben dem Dienst',
    restore: 'einen Onsite aus so einer Datei zurückholen, in einen leeren Zustandsordner',
    page: 'die lokale Seite: Zustand, Drucker, was gesendet wurde, Umfang und Tests in einem Browser dieses Rechners',
    pagePassword: 'das Passwort der lokalen Seite setzen; ohne eines ist sie nicht erreichbar',
    options: {
      state: 'Zustandsordner',
      scope: 'Scope-Datei (sonst /etc/platen-onsite/scope.toml, wenn es sie gibt, sonst scope.toml im Zustandsordner)',
      language: 'en oder de (sonst nach LANG)',
      server: 'Adresse von Central, http oder https',
      email: 'E-Mail-Adresse aus der Einladung',
      password:
        'Passwort aus der Einladung; hier sehen es andere Benutzer dieses Rechners, besser weglassen und gefragt werden',
      proxy: 'HTTP-Proxy, http://[Benutzer:Passwort@]Rechner:Port, oder none; sonst der aus der Umgebung',
      ca: 'Zertifikate (PEM), denen außer denen des Systems vertraut wird, für einen Proxy, der TLS öffnet',
      trust: 'öffentlicher Schlüssel, mit dem Anweisungen signiert sein müssen (PEM)',
      instructions: 'signierte Anweisungen, die installiert werden',
      snmpPort: 'UDP-Port der Drucker',
      again: 'neu anmelden; der alte Zustand wird beiseitegelegt',
      noDeliver: 'nur lesen und behalten, Central nicht anrufen',
      atOnce: 'Central sofort anrufen, statt den ersten Kontakt über zwei Minuten zu streuen',
      json: 'JSON ausgeben',
      community: 'SNMP-Community, mit der gefragt wird, statt der aus den Einstellungen',
    },
    titles: { 'Usage:': 'Aufruf:', 'Options:': 'Optionen:', 'Commands:': 'Befehle:', 'Arguments:': 'Argumente:' },
    exitCodes:
      'Rückgabewerte: 0 erledigt, 1 Programmfehler, 2 falscher Aufruf, 3 Scope-Datei, 4 nicht angemeldet, 5 Anmeldung abgelehnt, 6 nicht abgeliefert (alles bleibt erhalten), 7 Zustandsordner, 8 Anweisungen, 9 Adresse nicht vereinbart, 10 keine Antwort vom Drucker.',
  },
  hindrances: {
    locked: [
      'Ein anderes platen-onsite arbeitet mit diesem Zustandsordner.',
      'Erst den Dienst beenden, oder `status` und `ask` nehmen, die daneben gehen.',
    ],
    wrongKey: [
      'Der Schlüssel öffnet die Datenbank nicht.',
      'Die state.key zurücklegen, die zu dieser state.db gehört, oder mit --again neu anmelden.',
    ],
    keyMissing: [
      'Die Datenbank ist da, ihr Schlüssel nicht.',
      'state.key aus der Sicherung zurücklegen, oder state.db entfernen und neu anmelden.',
    ],
    keyTooOpen: [
      'Andere Benutzer können die Schlüsseldatei lesen.',
      'Herausfinden, wer sie gelesen hat, dann: chmod 600 state.key',
    ],
    corrupt: [
      'Die Datenbank ist beschädigt.',
      'Den Datenträger prüfen. Dann mit --again neu anmelden; was noch nicht abgeliefert war, ist verloren.',
    ],
    noAccess: [
      'Der Zustandsordner ist nicht benutzbar.',
      'Prüfen, ob es ihn gibt, ob er diesem Benutzer gehört und ob der Datenträger beschreibbar ist.',
    ],
    diskFull: [
      'Der Datenträger ist voll.',
      'Platz schaffen. Nichts Wartendes geht verloren, und es wird von selbst weitergelesen.',
    ],
    newer: ['Den Zustand hat eine neuere Version geschrieben.', 'Diese Version wieder installieren.'],
    noScope: [
      'Es gibt keine Scope-Datei, also darf nichts gefragt werden.',
      'Eine schreiben: ranges = ["10.20.0.0/24"]. Siehe docs/operator.md.',
    ],
    badScope: ['Die Scope-Datei hat Fehler, also wird nichts gefragt.', 'Diese Einträge berichtigen.'],
    missing: [
      'Es gibt keine Anweisungen.',
      'Installieren: platen-onsite enrol --instructions DATEI, oder instructions.signed in den Zustandsordner legen.',
    ],
    noTrust: [
      'Es gibt keinen Schlüssel, mit dem Anweisungen signiert sein müssen.',
      'Installieren: platen-onsite enrol --trust DATEI, oder trust.pem in den Zustandsordner legen.',
    ],
    badTrust: [
      'trust.pem enthält keinen öffentlichen Ed25519-Schlüssel.',
      'Den Schlüssel neu von dort installieren, woher das Programm kommt.',
    ],
    notSigned: [
      'Die Anweisungen sind keine signierte Datei.',
      'Sie neu von dort installieren, woher das Programm kommt.',
    ],
    badSignature: [
      'Die Anweisungen sind nicht mit dem vertrauten Schlüssel signiert. Sie werden nicht ausgeführt.',
      'Jemand hat sie geändert, oder sie gehören zu einem anderen Schlüssel. Neu installieren.',
    ],
    badInstructions: [
      'Die Anweisungen sind signiert, verlangen aber mehr, als diese Version erlaubt, oder sind unverständlich.',
      'Anweisungen installieren, die zu dieser Version passen.',
    ],
    otherFormat: [
      'Die Anweisungen sind signiert, aber in einer Form, die diese Version nicht ausführen kann.',
      'Dieses Programm aktualisieren oder Anweisungen installieren, die dazu passen.',
    ],
    tooLarge: [
      'Die Anweisungen sind zu groß, um welche zu sein.',
      'Sie neu von dort installieren, woher das Programm kommt.',
    ],
    notEnrolled: ['Dieses Onsite ist nicht angemeldet.', 'Aufrufen: platen-onsite enrol --server URL --email ADRESSE'],
    standby: [
      'Dieses Onsite ist in Bereitschaft: ein anderes macht die Runden.',
      'Nichts, solange das andere läuft: Central übergibt, wenn von ihm nichts mehr kommt. Von Hand umstellen: Central, Onsites.',
    ],
    badConfig: [
      'Die Adresse von Central oder vom Proxy stimmt nicht.',
      'Sie in der Befehlszeile oder in onsite.toml berichtigen.',
    ],
  },
  calls: {
    alreadyEnrolled: [
      'Dieses Onsite ist schon angemeldet.',
      'Um neu zu beginnen, --again dazuschreiben. Der alte Zustand wird beiseitegelegt.',
    ],
    mistyped: [
      'Das Passwort enthält einen Tippfehler.',
      'Noch einmal so eingeben, wie es in der Einladung steht; Bindestriche und Großschreibung sind gleich.',
    ],
    badEmail: ['Das ist keine E-Mail-Adresse.', 'Die Adresse aus der Einladung nehmen.'],
    fingerprintMismatch: [
      'Der Server ist nicht das Central, für das dieses Passwort gilt. Es wurde ihm nichts gesendet.',
      'Die Serveradresse prüfen. Stimmt sie, sitzt vielleicht jemand dazwischen: vor dem nächsten Versuch den Anbieter fragen.',
    ],
    unreachable: [
      'Central ist nicht erreichbar.',
      'Die Adresse prüfen, und ob die Firewall diesen Rechner dorthin lässt.',
    ],
    nameUnknown: [
      'Der Name von Central lässt sich nicht auflösen.',
      'Adresse und Nameserver dieses Rechners prüfen, oder einen --proxy angeben.',
    ],
    timeout: [
      'Keine Antwort in der Zeit.',
      'Es wird wieder versucht. Bleibt es so: schluckt eine Firewall die Verbindung?',
    ],
    reset: [
      'Die Verbindung brach ab. Die Lieferung kam vielleicht an; sie wird noch einmal gesendet und zählt einmal.',
      'Es wird von selbst wieder versucht.',
    ],
    tls: [
      'Dem Zertifikat von Central wird hier nicht vertraut.',
      'Öffnet ein Proxy TLS? Sein Zertifikat auf diesem Rechner installieren oder nennen (ca in onsite.toml), oder die http-Adresse von Central nehmen: der Inhalt ist so oder so versiegelt.',
    ],
    tooLarge: [
      'Die Antwort ist zu groß, um von Central zu sein.',
      'Stimmt die Adresse? Sonst den Betreiber des Proxys fragen.',
    ],
    proxyUnreachable: ['Der Proxy ist nicht erreichbar.', 'Die Adresse des Proxys in onsite.toml oder --proxy prüfen.'],
    proxyRefused: ['Der Proxy lässt uns nicht durch.', 'Diesen Rechner für die Adresse von Central freigeben lassen.'],
    proxyLogin: [
      'Der Proxy verlangt eine Anmeldung oder eine andere.',
      'Sie in die Proxyadresse schreiben: http://Benutzer:Passwort@Rechner:Port (Digest oder Basic).',
    ],
    proxyFailed: [
      'Der Proxy konnte Central nicht erreichen.',
      'Es wird wieder versucht. Bleibt es so, den Betreiber des Proxys fragen.',
    ],
    redirected: [
      'Etwas unterwegs schickt uns anderswohin; wir folgen nicht.',
      'Gibt es eine Anmeldeseite? Diesen Rechner ausnehmen lassen. Ist die Serveradresse die von Central selbst?',
    ],
    notPlaten: [
      'Es hat etwas geantwortet, das nicht Central ist.',
      'Die Serveradresse prüfen; vielleicht antwortet ein Proxy oder eine Anmeldeseite.',
    ],
    refused: ['Central hat abgelehnt.', 'Siehe oben; alles bleibt erhalten.'],
    notAnAnswer: [
      'Etwas gibt sich als Central aus und ist es nicht.',
      'Alles bleibt erhalten. Klären, wer unterwegs antwortet.',
    ],
    cannotOpen: [
      'Die Antwort von Central lässt sich nicht öffnen: sie ist beschädigt oder für jemand anderen.',
      'Alles bleibt erhalten; es wird wieder versucht.',
    ],
    badSignature: [
      'Die Antwort ist nicht von unserem Central signiert. Sie wird nicht geglaubt.',
      'Alles bleibt erhalten. Den Anbieter fragen: vielleicht sitzt jemand dazwischen.',
    ],
    badBody: [
      'Die Antwort von Central ist unverständlich.',
      'Alles bleibt erhalten. Ist dieses Programm viel älter als Central?',
    ],
    otherRequest: [
      'Die Antwort gehört zu einer anderen Anfrage. Sie wird nicht geglaubt.',
      'Alles bleibt erhalten. Bleibt es so, verwechselt ein Proxy Antworten.',
    ],
    notReceipted: [
      'Central hat geantwortet, aber nichts quittiert.',
      'Alles bleibt erhalten; es wird wieder versucht.',
    ],
  },
  refusals: {
    tooLarge: ['Central fand die Lieferung zu groß.', 'Die nächste ist von selbst kleiner.'],
    notADelivery: [
      'Central konnte die Lieferung nicht lesen.',
      'Etwas unterwegs hat sie verändert. Es wird wieder versucht.',
    ],
    notAnEnvelope: [
      'Central konnte einen Umschlag nicht lesen.',
      'Etwas unterwegs hat ihn verändert. Es wird wieder versucht.',
    ],
    unknownSuite: [
      'Central kennt diese Art Siegel nicht.',
      'Den Anbieter fragen: Central ist älter als dieses Programm.',
    ],
    notSealedToUs: [
      'Die Umschläge sind für einen Schlüssel versiegelt, den Central nicht mehr hat.',
      'Den Anbieter fragen.',
    ],
    cannotOpen: [
      'Central konnte einen Umschlag nicht öffnen.',
      'Etwas unterwegs hat ihn verändert. Es wird wieder versucht.',
    ],
    badHeader: [
      'Central hat einen Umschlag nicht verstanden.',
      'Den Anbieter fragen: die Versionen passen nicht zusammen.',
    ],
    unknownOnsite: [
      'Central kennt dieses Onsite nicht.',
      'Vom Anbieter ein neues Passwort holen und mit --again anmelden.',
    ],
    mixedOnsites: ['Die Lieferung enthält Umschläge von zwei Onsites.', 'Mit --again neu anmelden.'],
    badSignature: ['Central nimmt die Unterschrift dieses Onsite nicht an.', 'Den Anbieter fragen.'],
    badCompression: ['Central konnte einen Umschlag nicht entpacken.', 'Den Anbieter fragen.'],
    badBody: [
      'Central hat einen Umschlag nicht verstanden.',
      'Den Anbieter fragen: die Versionen passen nicht zusammen.',
    ],
    forked: [
      'Central ist einer Kopie dieses Onsite begegnet.',
      'Läuft derselbe Zustandsordner zweimal? Eines beenden und mit --again anmelden.',
    ],
    revoked: ['Central nimmt von diesem Onsite nichts mehr an.', 'Den Anbieter fragen.'],
    notAnEnrolment: [
      'Central konnte die Anmeldung nicht lesen.',
      'Etwas unterwegs hat sie verändert. Noch einmal versuchen.',
    ],
    wrongPassword: [
      'E-Mail-Adresse oder Passwort stimmt nicht, oder das Passwort ist verbraucht.',
      'Beide mit der Einladung vergleichen, oder vom Anbieter ein neues Passwort holen.',
    ],
    expired: ['Das Passwort ist abgelaufen.', 'Vom Anbieter ein neues holen.'],
    tooManyTries: ['Zu viele Versuche.', '15 Minuten warten, dann noch einmal versuchen.'],
    unknownInstructions: ['Central hat diese Anweisungen nicht mehr.', 'Es wird von selbst wieder gefragt.'],
    busy: ['Central hat gerade zu viel zu tun.', 'Es wird von selbst wieder versucht.'],
    broken: ['Central hat einen Fehler.', 'Alles bleibt erhalten; es wird von selbst wieder versucht.'],
    other: ['Central hat aus einem Grund abgelehnt, den diese Version nicht kennt.', 'Dieses Programm aktualisieren.'],
  },
  backups: {
    exists: [
      '{file} gibt es schon.',
      'Eine neue Datei oder einen anderen Zustandsordner (--state) nennen; es wurde nichts geändert.',
    ],
    notABackup: [
      '{file} ist keine Sicherung eines Onsite.',
      'Die Datei nennen, die `platen-onsite backup` geschrieben hat.',
    ],
    wrongPassphrase: [
      '{file} ist nicht zu öffnen: Die Passphrase ist eine andere, oder die Datei ist beschädigt.',
      'Die Passphrase noch einmal eingeben oder eine andere Sicherung nehmen; es wurde nichts geändert.',
    ],
    cannotWrite: [
      '{file} ist nicht zu schreiben.',
      'Eine Datei in einem Ordner nennen, in den geschrieben werden darf und in dem Platz ist.',
    ],
    cannotRead: ['Die Sicherung ist nicht zu lesen ({file}).', 'Namen und Leserecht prüfen.'],
  },
  asks: {
    notAnAddress: [
      'Das ist weder eine IP-Adresse noch ein Name aus der Scope-Datei.',
      'So schreiben: 10.20.0.7 oder 2001:db8::7, ohne führende Nullen, Leerzeichen oder Zone.',
    ],
    linkLocal: [
      'Diese Adresse gilt nur auf einem einzigen Kabel.',
      'Die IPv4-Adresse des Druckers nehmen, oder seine andere IPv6-Adresse.',
    ],
    translated: ['Das ist eine IPv4-Adresse im Gewand von IPv6.', 'Die IPv4-Adresse selbst schreiben: 10.20.0.7.'],
    reserved: ['Diese IPv6-Adresse ist reserviert; kein Gerät hat sie.', 'Die Adresse des Druckers selbst nehmen.'],
    outside: [
      'Diese Adresse ist nicht vereinbart. Es wurde kein Paket gesendet.',
      'Soll sie gefragt werden, in die Scope-Datei eintragen.',
    ],
    excluded: [
      'Diese Adresse ist in der Scope-Datei ausgenommen. Es wurde kein Paket gesendet.',
      'Soll sie gefragt werden, aus `exclude` nehmen.',
    ],
    narrowed: [
      'Die Einstellungen von Central lassen diese Adresse aus. Es wurde kein Paket gesendet.',
      'Den Anbieter bitten, sie aufzunehmen.',
    ],
    networkAddress: [
      'Das ist die Adresse eines Netzes, nicht eines Geräts.',
      'Die Adresse des Druckers selbst nehmen.',
    ],
    broadcast: ['Das ist eine Broadcast-Adresse.', 'Die Adresse des Druckers selbst nehmen.'],
    multicast: ['Das ist eine Multicast- oder reservierte Adresse.', 'Die Adresse des Druckers selbst nehmen.'],
    thisNetwork: ['0.x.x.x ist kein Gerät.', 'Die Adresse des Druckers selbst nehmen.'],
    loopback: [
      'Das ist dieser Rechner selbst.',
      'Simulierte Drucker werden nur gefragt, wenn in der Scope-Datei demo = true steht.',
    ],
    metadata: [
      'Diese Adresse gehört zur Technik von Rechenzentren und wird nie gefragt.',
      'Die Adresse des Druckers selbst nehmen.',
    ],
    nameNotAgreed: [
      'Dieser Name steht nicht in der Scope-Datei.',
      'In `hosts` eintragen, oder eine vereinbarte Adresse nehmen.',
    ],
    notResolved: [
      'Der Name lässt sich nicht auflösen.',
      'Den Nameserver dieses Rechners prüfen, oder Name=Adresse in die Scope-Datei schreiben.',
    ],
    silent: [
      'Keine Antwort.',
      'Ist der Drucker an, SNMP darin eingeschaltet, die Community richtig und UDP-Port 161 unterwegs offen?',
    ],
    unreachable: ['Das Netz sagt, die Adresse sei nicht erreichbar.', 'Ist der Drucker an und die Adresse richtig?'],
    refused: [
      'Es antwortet, lehnt aber ab oder ist nicht zu verstehen.',
      'Die SNMP-Einstellungen ansehen: Lesezugriff für diese Community oder diesen Benutzer, mit diesen Passwörtern und Verfahren, und für diesen Rechner.',
    ],
    notAPrinter: [
      'Es antwortet auf SNMP und ist kein Drucker. Mehr wurde nicht gefragt.',
      'Ist es doch einer, dem Anbieter sagen, wie er sich selbst beschreibt.',
    ],
    stopped: [
      'Es nannte sich Drucker und sagte dann nichts mehr.',
      'Noch einmal versuchen; manche schlafen. Sonst Wartezeit oder Versuche in den Einstellungen erhöhen.',
    ],
  },
  checks: {
    lifeCount: 'Gesamt = Lebensdauerzähler',
    worksTotal: 'Druck + Kopie + Fax + Sonstiges = Gesamt',
    coloursTotal: 'Schwarzweiß + Farbe = Gesamt',
    sizesTotal: 'Alle Formate = Gesamt',
    sidesTotal: 'Einseitig + zweiseitig = Gesamt',
    printColours: 'Druck: Schwarzweiß + Farbe = Gesamt',
    copyColours: 'Kopie: Schwarzweiß + Farbe = Gesamt',
    duplexColours: 'Zweiseitig: Schwarzweiß + Farbe = Gesamt',
    scanPurposes: 'Scan: für Kopie + für Fax + übrige = Gesamt',
  },
  scopeFaults: {
    notARange:
      'ist weder Adresse noch Bereich: so schreiben: 10.0.0.0/24, 10.0.0.1-10.0.0.9, 10.0.0.0 255.255.255.0 oder 2001:db8::/120, ohne führende Nullen',
    reversed: 'endet vor seinem Anfang',
    badPrefix: 'hat eine Präfixlänge, die nicht zwischen 0 und 32 liegt (IPv6: 128)',
    badMask: 'hat eine Maske, die keine ist',
    hostBits: 'ist keine Netzadresse: die erste Adresse des Netzes schreiben, oder eine einzelne Adresse ohne /',
    syntax: 'ist kein TOML',
    unknownKey: 'ist hier nicht bekannt (bekannt sind demo, ranges, hosts, exclude)',
    wrongType: 'hat den falschen Typ: Listen von Texten in Anführungszeichen, oder true und false bei demo',
    badHost: 'ist kein Rechnername, oder seine Adresse ist keine (Name, Name=10.0.0.7 oder 10.0.0.7)',
    empty: 'ist leer: keine Adresse ist vereinbart',
    tooMany: 'hat zu viele Einträge: höchstens 10.000; Bereiche statt einzelner Adressen schreiben',
    tooManyNets:
      'hat zu viele Netze (256 in einem Bereich, 65.536 zusammen): eine größere Maske schreiben, oder von-bis ohne Maske',
    tooWide:
      'ist weiter als jedes Firmennetz: höchstens ein /8 (IPv6: /32); die Netze schreiben, in denen Drucker stehen',
    tooLarge: 'ist größer als 4 MiB: ist das die richtige Datei?',
    notText: 'ist kein Text in UTF-8 (es stehen NUL-Bytes darin): als UTF-8 speichern',
    formula: 'ist eine Formel: das Blatt mit reinen Werten speichern',
    badQuotes: 'hat ein Anführungszeichen, das nicht geschlossen wird, oder Buchstaben dahinter',
    badKind:
      'heißt weder aufnehmen noch ausnehmen: berichtigen, oder die Spalte umbenennen, wenn sie etwas anderes meint',
    cannotRead: 'kann dieser Benutzer nicht lesen: chmod 644, und 755 für die Ordner darüber',
    noColumns: 'sind Überschriften, aber keine für Adressen: Von und Bis, Bereich, Adresse oder Name',
    wider: 'ist weiter als vereinbart',
  },
  say: {
    next: 'Was tun: {text}',
    detail: 'Einzelheit: {text}',
    line: 'Zeile {line}: {entry} {fault}',
    yes: 'ja',
    no: 'nein',
    never: 'noch nicht',
    askPassword: 'Passwort: ',
    enrolled: 'Angemeldet als „{name}“.',
    enrolledNext: 'Was tun: den Dienst starten, oder mit `platen-onsite round` einmal alle Drucker lesen.',
    setAside: 'Der alte Zustand liegt jetzt in {path}.',
    progress: '{asked} von {total} gefragt, {printers} Drucker, {others} andere Geräte, {silent} still',
    roundDone: 'Runde fertig in {seconds} s: {asked} Adressen gefragt, {printers} Drucker gelesen.',
    roundFates:
      '{others} andere Geräte, {silent} still, {unreachable} nicht erreichbar, {refused} abgelehnt, {failed} verstummt, {notAllowed} nicht vereinbart.',
    roundKept: '{kept} Ablesungen versiegelt und behalten.',
    roundLost: '{lost} Ablesungen konnten nicht behalten werden, {dropped} nicht abgelieferte Umschläge entfielen.',
    roundStopped:
      'Nicht gefragt: {notAsked} Adressen, denn die Runde wurde vorzeitig beendet oder es gibt nichts, womit zu fragen wäre.',
    rangesRefused:
      'Bereiche von Central, die nicht benutzt werden, weil sie nicht innerhalb des Vereinbarten liegen: {ranges}',
    delivered: '{envelopes} Umschläge abgeliefert und quittiert.',
    deliveredNothing: 'Nichts abzuliefern.',
    deliveredInstructions: 'Anweisungen {version} sind gekommen; sie gelten ab der nächsten Runde.',
    waits: '{readings} Ablesungen in {envelopes} Umschlägen warten; nichts ist verloren.',
    running: 'Onsite läuft. Vereinbart: {addresses} Adressen; alle {minutes} Minuten eine Runde.',
    stopping: 'Wird beendet; was gelesen ist, bleibt erhalten.',
    stopped: 'Beendet.',
    incident: 'Ein Programmfehler, Vorfall {id}. Bitte mit diesen Zeilen melden.',
    statusTitle: 'Platen Onsite',
    statusOnsite: 'Onsite',
    statusNotEnrolled: 'nicht angemeldet',
    statusServer: 'Central',
    statusProxy: 'über einen Proxy',
    statusScope: 'Vereinbart',
    statusInstructions: 'Anweisungen',
    instructionsWait: '{version} wartet auf die nächste Runde',
    instructionsTrial: 'auf Probe, bis ein Drucker gelesen ist',
    instructionsRefused: 'Anweisungen {version} von Central am {at} abgelehnt: {reason} ({detail})',
    statusSettings: 'Einstellungen',
    statusDuty: 'Dienst',
    standbyFor: 'in Bereitschaft für {name}: macht keine Runden',
    statusPrinters: 'Bekannte Drucker',
    statusRound: 'Letzte Runde',
    statusDelivery: 'Letzte Lieferung',
    statusFailed: '{failures}-mal hintereinander gescheitert: {reason}',
    statusOutbox: 'Es warten',
    statusLedger: 'Verzeichnis',
    statusTraps: 'Traps',
    backupAskNew: 'Passphrase für die Sicherung (mindestens {least} Zeichen): ',
    backupAsk: 'Passphrase der Sicherung: ',
    backupTooShort:
      'Die Passphrase muss mindestens {least} Zeichen haben.\nEs wurde nichts geschrieben; den Befehl noch einmal aufrufen.',
    backupProgress: '{megabytes} MB geschrieben',
    backupDone:
      '{file} geschrieben, {megabytes} MB. Die Datei ist so viel wert wie dieser Rechner: sie und ihre Passphrase getrennt aufbewahren. Ohne Passphrase kann sie niemand öffnen.',
    restored:
      'Der Onsite ist wieder in {folder}; {readings} Ablesungen in {envelopes} Umschlägen warten, und Central zählt jede einmal. Nur auf einem Rechner starten.',
    statusPage: 'Lokale Seite',
    pageOff: 'aus (page in onsite.toml)',
    pageNoPassword: 'nicht erreichbar: Sie hat kein Passwort (platen-onsite page password)',
    pageOpen: '(auch für andere Rechner erreichbar)',
    pageAskPassword: 'Neues Passwort der lokalen Seite (mindestens {least} Zeichen): ',
    pagePasswordLength:
      'Das Passwort muss {least} bis 200 Zeichen haben.\nEs wurde nichts geändert; den Befehl noch einmal aufrufen.',
    pagePasswordSet: 'Das Passwort ist gesetzt. Ab dem nächsten Start des Dienstes ist die Seite unter {url}',
    pagePasswordOff:
      'Das Passwort ist gesetzt, aber die Seite ist aus: In onsite.toml einen Ort angeben, etwa page = "127.0.0.1:8161".',
    pageNotServed:
      'Die lokale Seite ist unter {url} nicht möglich ({code}). Andere Adresse oder anderen Port wählen (page in onsite.toml). Alles andere geht weiter.',
    trapsHeard: 'werden an UDP-Port {port} gehört',
    trapsNotHeard: 'werden an UDP-Port {port} nicht gehört ({code}); gelesen wird trotzdem nach Plan',
    ledgerWhole: 'unversehrt',
    ledgerBroken: 'VERÄNDERT ab Zeile {line}: das war jemand anderes',
    statusProblems: 'Probleme',
    every: 'Version {version}, alle {minutes} Minuten',
    askTitle: '{address}: {name}, Seriennummer {serial}, gelesen mit Profil „{profile}“ (erkannt an {evidence})',
    askCost: '{requests} Anfragen, {bytesOut} Bytes hin, {bytesIn} Bytes zurück.',
    askObjects: 'Gefragte Objekte, ihre Antworten, was daraus wurde:',
    askNothing: '-',
    askMeters: 'Zähler:',
    askSupplies: 'Verbrauchsmaterial:',
    askChecks: 'Summen, die das Gerät einhalten sollte:',
    checkRow: '{check} (Zeile {row})',
    checkMeter: '{meter}: zwei Quellen',
    askMisses: 'Gefragt und nicht bekommen:',
    askFrom: 'aus {objects}, Sicherheit {confidence}',
    levelSome: 'etwas da, der Drucker kann nicht sagen wie viel',
    levelUnlimited: 'unbegrenzt',
    levelUnknown: 'unbekannt',
    holds: 'stimmt',
    broken: 'stimmt NICHT',
    scopeAllowed: '{address}: würde gefragt',
    scopeRefused: '{address}: wird nicht gefragt. {why}',
    scopeSummary: '{addresses} Adressen in {ranges}',
    scopeHash: 'SHA-256 des Vereinbarten: {hash}',
    scopeDemo: 'demo = true: simulierte Drucker auf diesem Rechner dürfen gefragt werden',
  },
  scope,
  ledger,
  misses,
}
