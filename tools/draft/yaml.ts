/** Writes the few forms of YAML that a profile is made of, so that whatever a device calls something stays one text. */

const PLAIN = /^[A-Za-z][A-Za-z0-9 ]*[A-Za-z0-9]$|^[A-Za-z]$|^[0-9]+(\.[0-9]+){2,}$/
/** Words that YAML reads as something else. */
const SPECIAL = /^(true|false|null|yes|no|on|off|y|n)$/i

/** A text as YAML reads it back. */
export function quoted(text: string): string {
  return PLAIN.test(text) && !SPECIAL.test(text) ? text : `'${text.replaceAll(/\p{Cc}/gu, ' ').replaceAll("'", "''")}'`
}

/** A list of texts on one line. */
export const list = (texts: readonly string[]): string => `[${texts.map(quoted).join(', ')}]`

/** An object on one line; keys must be names, values are YAML already. */
export const flow = (members: readonly (readonly [string, string])[]): string =>
  `{ ${members.map(([key, value]) => `${key}: ${value}`).join(', ')} }`

/** Comment lines of at most so many characters, the first with a mark. */
export function comment(text: string, mark = '', width = 138): readonly string[] {
  const lines: string[] = []
  let line = `# ${mark}`
  for (const word of text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .split(' ')) {
    if (line.length + word.length + 1 > width && line !== '#') {
      lines.push(line.trimEnd())
      line = '#  '
    }
    line += `${line.endsWith(' ') ? '' : ' '}${word}`
  }
  return [...lines, line.trimEnd()]
}
