/** Roman-8 (RFC 1345, IANA MIBenum 2004): the set some office lasers still write their supply names in. */

const UPPER =
  '\u00a0ÀÂÈÊËÎÏ´ˋˆ¨˜ÙÛ₤' +
  '¯Ýý°ÇçÑñ¡¿¤£¥§ƒ¢' +
  'âêôûáéóúàèòùäëöü' +
  'ÅîØÆåíøæÄìÖÜÉïßÔ' +
  'ÁÃãÐðÍÌÓÒÕõŠšÚŸÿ' +
  'Þþ·µ¶¾—¼½ªº«■»±\ufffd'

/** Decodes Roman-8 octets; every octet has a character, those from 80 to 9f are control characters. */
export function decodeRoman8(octets: Uint8Array): string {
  let text = ''
  for (const octet of octets) text += octet < 0xa0 ? String.fromCharCode(octet) : UPPER[octet - 0xa0]
  return text
}
