/** Addresses as text that sorts as addresses do. */

/** Each part of an address with leading zeros: `10.2.0.7` is `010.002.000.007`. */
export function addressOrder(address: string): string {
  return address.replace(/\d+/g, (digits) => digits.padStart(3, '0'))
}
