/** A number or address that people read out or type off: kept on one line, unless it is longer than any that a maker gives. */

/** Characters up to which it is not broken: an IPv6 address has 39, but stands where there is room; serial numbers have up to 20. */
const whole = 24

export function Identifier({ text }: { text: string }) {
  return <span className={text.length <= whole ? 'whole' : 'breakable'}>{text}</span>
}
