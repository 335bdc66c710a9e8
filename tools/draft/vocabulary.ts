/** The words that devices use for what they count, in the languages they are set to: English, German, French, Italian, Spanish, Portuguese, Dutch. */

/** What one phrase says. Phrases are tried in this order and taken out of the label: the longer before the shorter. */
interface Phrase {
  readonly pattern: RegExp
  readonly axis: 'works' | 'colours' | 'sizes' | 'sides' | 'units'
  readonly target: string
}

const phrase = (axis: Phrase['axis'], target: string, words: string): Phrase => ({
  // Not \b: umlauts and signs stand at the edges.
  pattern: new RegExp(`(?<![\\p{L}\\d])(?:${words})(?![\\p{L}\\d])`, 'gu'),
  axis,
  target,
})

export const AXES: readonly Phrase[] = [
  // "Total prints" is the machine's total on every copier seen, "prints" alone what was printed and not copied.
  phrase(
    'works',
    'total',
    'total (?:number of )?(?:prints?|printed|pages? printed|printed pages|pages|impressions|images|output)|large paper prints?|paper prints?|printed sides in',
  ),
  phrase(
    'works',
    'total',
    'gesamtza(?:h|eh)ler|gesamtdrucke?|gesamtzahl|gesamtseiten|gesamtausgabe|gesamt|insgesamt|impressions totales|total(?:e|i|es)?|totaal|machine total|grand total|overall|all',
  ),
  phrase(
    'colours',
    'highlight',
    'single ?/ ?two[- ]col(?:or|our|\\.)?|1 or 2 (?:clr|colou?rs?)\\.?(?: toner\\(?s?\\)?)?|(?:single|two|twin|dual|mono|monochrome|one|1|2)[- ]colou?rs?|zweifarbig|einzelfarbe|einzelfarbig|bicolore?|deux couleurs|bichromie',
  ),
  phrase(
    'colours',
    'full',
    'full[- ]?colou?r|four[- ]colou?r|4[- ]colou?r|vollfarbe|vollfarbig|mehrfarbig|quadrichromie|quadricromia|a todo color|a colori|toutes couleurs|colou?rs?|farbe|farbig|farb|couleurs?|colore|kleur|cores?',
  ),
  phrase(
    'colours',
    'mono',
    'black ?(?:&|and|/) ?white|black|b ?[&/] ?w|bw|mono(?:chrom(?:e|atic)?)?|schwarz ?[-/&]? ?(?:weiss)|einfarbig schwarz|einfarbig|schwarz|s/w|sw|noir et blanc|n ?[&/] ?b|noir|bianco e nero|b/n|nero|monocrom(?:o|atico|atica|e)|blanco y negro|negro|preto e branco|preto|zwart[- ]?wit|zwart|zw',
  ),
  phrase(
    'sides',
    'duplex',
    '(?:2|two|double)[- ]?sided|duplex|beidseitig|doppelseitig|zweiseitig|recto[- ]?verso|fronte[- ]?retro|dos caras|doble cara|frente e verso|dubbelzijdig',
  ),
  phrase('sides', 'simplex', '(?:1|one|single)[- ]?sided|simplex|einseitig|recto|una cara|solo fronte|enkelzijdig'),
  phrase(
    'sizes',
    'small',
    '=? ?< ?=? ?b4|(?:a4|b4) (?:or|and) (?:smaller|below)|small|klein|petit|piccolo|pequeno|a4 ?/ ?letter or smaller',
  ),
  phrase(
    'sizes',
    'large',
    '> ?=? ?a3(?: ?[,/] ?(?:dlt|ledger))?|a3 ?[,/] ?(?:dlt|ledger)|a3|large|gross|grand|grande|groot',
  ),
  phrase(
    'works',
    'scan',
    'scan to (?:e-?mail|ftp|smb)(?: ?/ ?(?:e-?mail|ftp|smb))*|transmission ?: ?(?=.*scan)|scans?|scanners?|scanned|scanning|scannen|gescannt|scansion[ei]|numerisations?|escaneos?|escaner|digitaliza\\w+|digitalizados?|eingelesen',
  ),
  phrase(
    'works',
    'copy',
    'cop(?:y|ies|ier|ying)|kopien?|kopierer?|kopieren|copies?|copi(?:a|e|as)|fotocop(?:ie|ias?)|kopieen',
  ),
  phrase('works', 'fax', 'fax(?:es)?|telefax|facsimile|telecopies?'),
  phrase(
    'works',
    'print',
    'prints?|printer|printed|printing|drucke?|drucker|drucken|ausdrucke?|gedruckt|imprimantes?|imprim\\w+|stamp(?:a|e|ati|ante)|impresion(?:es)?|impresora|impresso(?:es|ra)|afdrukken',
  ),
  phrase('works', 'other', 'others?|sonstiges?|sonstige|autres?|altr[oi]|otr[oa]s|outr[oa]s|overig'),
  phrase('units', 'sheets', 'sheets?|blatt|blatter|feuilles?|fogli|hojas?|folhas?|vellen'),
  phrase('units', 'impressions', 'impressions?|images?'),
]

/** Words that say nothing of which counter it is. A number other than 1 is none of them: "Total 2" counts otherwise. */
export const NOISE =
  /(?<![\p{L}\d])(?:counters?|counts?|count\.|number|num|no\.?|nr\.?|of|in|the|for|by|on|und|and|et|e|y|de|des|du|der|die|das|le|la|les|di|pages?|seiten?|pagin[ae]s?|paginas|machine|device|maschine|lifetime|life|meter|paper|papier|anzahl|zahler|zaehler|zahlerstand|nombre|numero|conteggio|contator[ei]|contador(?:es)?|compteurs?|teller|1)(?![\p{L}\d])/gu

/** Words of what wears out, fails or waits: its counter is never one that is billed. */
export const NO_METER =
  /(?<![\p{L}\d])(?:jams?|stau|papierstau|bourrages?|inceppament\w+|atascos?|errors?|fehler|erreurs?|errori|develop(?:er|ment)|toner level|drums?|trommel|fusers?|fixier\w*|rollers?|transfer|coverage|deckung|staples?|heftklammer\w*|feeder|adf|kits?|remaining|rest\w*|power on|storage|charge|time|zeit|days?|hours?|stunden|ratio|rate|jobs?|hdd|disk|maintenance|wartung|firmware|reset|level|capacity|max(?:imum)?|calls?|calibration|cleaning|replace\w*)(?![\p{L}\d])/u

/** One and two colours counted together. */
export const BOTH_PARTS = /single ?\/ ?two|1 or 2/
/** Two colours and not one. */
export const TWO_COLOURS = /(?<![\p{L}\d])(?:two|twin|dual|2)[- ]|zweifarbig|bicolor|deux couleurs|bichromie/u
/** Words for full colour that cannot mean all colours together. */
export const FULL = /full|four|(?<!\d)4[- ]|voll|mehrfarbig|quadri|todo color|toutes/
