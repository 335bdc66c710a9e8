import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lex } from './lexer.ts'

const cut = (text: string, isJsx = false) => lex(text, isJsx).map(({ kind, text: token }) => `${kind} ${token}`)

describe('the lexer', () => {
  it('hides what strings, templates, comments and regular expressions say', () => {
    expect(cut(`a("x as any" + 'it\\'s') // b as c`)).toEqual([
      'word a',
      'punct (',
      'string "x as any"',
      'punct +',
      `string 'it\\'s'`,
      'punct )',
      'comment // b as c',
    ])
    expect(cut('x = /a\\/[/"]b/gu; y / z / w')).toEqual([
      'word x',
      'punct =',
      'regex /a\\/[/"]b/gu',
      'punct ;',
      'word y',
      'punct /',
      'word z',
      'punct /',
      'word w',
    ])
    expect(cut('/* one\ntwo */ return /x/')).toEqual(['comment /* one\ntwo */', 'word return', 'regex /x/'])
  })

  it('shows the code inside templates, however deep', () => {
    expect(cut(`\`a \${b + \`c \${{ d: 1 }.d} "\`} e\``)).toEqual([
      'template `a ',
      `punct \${`,
      'word b',
      'punct +',
      'template `c ',
      `punct \${`,
      'punct {',
      'word d',
      'punct :',
      'number 1',
      'punct }',
      'punct .',
      'word d',
      'punct }',
      'template  "`',
      'punct }',
      'template  e`',
    ])
  })

  it('tells JSX text from code, and the code in it from text', () => {
    expect(cut(`return <p title="a>b">Don't as any {x as y}<br /></p>`, true)).toEqual([
      'word return',
      'punct <',
      'word p',
      'word title',
      'punct =',
      'string "a>b"',
      'punct >',
      "text Don't as any ",
      'punct {',
      'word x',
      'word as',
      'word y',
      'punct }',
      'punct <',
      'word br',
      'punct />',
      'punct </p>',
    ])
    expect(cut('const f = <T,>(a: T) => a < b', true).some((token) => token.startsWith('text'))).toBe(false)
    expect(cut('() => <>{a}</>', true).at(-1)).toBe('punct </>')
  })

  it('counts lines through everything that has several', () => {
    const tokens = lex(`a\n/* b\nc */\n\`d\n\${e}\nf\` g`, false)
    expect(tokens.map(({ text, line }) => [text.slice(0, 2), line])).toEqual([
      ['a', 1],
      ['/*', 2],
      ['`d', 4],
      [`\${`, 5],
      ['e', 5],
      ['}', 5],
      ['\nf', 5],
      ['g', 6],
    ])
  })

  it('ends on any text, and loses nothing but blanks', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '`',
        `\${`,
        '}',
        '{',
        '"',
        "'",
        '/',
        '*/',
        '/*',
        '//',
        '<a>',
        '</a>',
        '<',
        '\n',
        '\\',
        'x',
        '=>',
        '(',
      ),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(piece), fc.boolean(), (pieces, isJsx) => {
        const text = pieces.join('')
        const seen = lex(text, isJsx)
          .map((token) => token.text)
          .join('')
        expect(seen.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
      }),
    )
  })

  it('closes every bracket of every file of the house', () => {
    const root = resolve(import.meta.dirname, '../..')
    const files = ['packages', 'tools', 'e2e', 'bench'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.tsx?$/.test(path) && !/node_modules|dist/.test(path))
        .map((path) => join(root, folder, path)),
    )
    expect(files.length).toBeGreaterThan(100)
    const closing = new Map([
      [')', '('],
      [']', '['],
      ['}', '{'],
    ])
    for (const file of files) {
      const open: string[] = []
      for (const { kind, text } of lex(readFileSync(file, 'utf8'), file.endsWith('x'))) {
        if (kind !== 'punct') continue
        if (['(', '[', '{', `\${`].includes(text)) open.push(text === `\${` ? '{' : text)
        const opener = closing.get(text)
        if (opener !== undefined) expect(open.pop(), file).toBe(opener)
      }
      expect(open, file).toEqual([])
    }
  })
})
