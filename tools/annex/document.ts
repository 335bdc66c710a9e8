/** The annex and the list of data as Markdown, made of the schemas' fields and the catalogue. */
import { catalogue, gaps, isWithin, type Line } from './catalogue.ts'
import { type Field, outgoing } from './fields.ts'
import { type AnnexWords, type Language, words } from './words.ts'

/** What the documents are made from. */
export interface Sources {
  readonly fields: readonly Field[]
  readonly names: readonly string[]
  readonly masks: readonly string[]
}

/** Between these lines of docs/operator.md stands the list; what is there is replaced. */
const BEGIN = '<!-- data list: npm run annex -->'
const END = '<!-- end of the data list -->'

/** A document, or the fields that nobody has described. */
export type Made =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly untold: readonly string[]; readonly vain: readonly string[] }

/** The whole annex in one language. */
export function annex(language: Language, sources: Sources): Made {
  const missing = gaps(sources.fields)
  if (missing.untold.length + missing.vain.length > 0) return { ok: false, ...missing }
  const said = words[language]
  const part = ({ title, text }: { title: string; text: string }, at: number) => `## ${at + 1}. ${title}\n\n${text}`
  const data = { title: said.dataTitle, text: dataList(language, sources, '###') }
  const parts = [...said.parts, data, ...said.after].map(part)
  return { ok: true, text: `<!-- ${said.generated} -->\n\n# ${said.title}\n\n${[said.intro, ...parts].join('\n\n')}\n` }
}

/** docs/operator.md with the list as it is now. @throws when its marks are missing. */
export function withDataList(manual: string, sources: Sources): Made {
  const missing = gaps(sources.fields)
  if (missing.untold.length + missing.vain.length > 0) return { ok: false, ...missing }
  const [before, rest] = manual.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`no ${BEGIN} ... ${END}`)
  return { ok: true, text: `${before}${BEGIN}\n${dataList('en', sources, '###')}\n${END}${after}` }
}

function dataList(language: Language, sources: Sources, level: string): string {
  const said = words[language]
  const tables = outgoing.map((message) => {
    const lines = catalogue.filter((line) => line.message === message)
    return `${level} ${said.messages[message]}\n\n${table(language, said, lines, sources)}`
  })
  const settings = said.settableIntro.replace('{names}', sources.names.map((name) => `\`${name}\``).join(', '))
  return [said.dataIntro, ...tables, said.never, settings].join('\n\n')
}

function table(language: Language, said: AnnexWords, lines: readonly Line[], sources: Sources): string {
  const rows = lines.map((line) => {
    const isMasked = line.paths.every((path) => sources.masks.includes(path.split('.').at(-1) ?? ''))
    return [
      line.what[language],
      fieldsOf(line, sources.fields),
      line.purpose[language],
      said.personal[line.personal],
      line.message === 'reading' && isMasked ? said.maskable : said.notMaskable,
    ]
  })
  return [said.columns, said.columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** The fields of a line by their names; those of one list stand together. */
function fieldsOf({ message, paths }: Line, fields: readonly Field[]): string {
  return paths
    .map((begin) => {
      const below = fields.filter((field) => field.message === message && isWithin(field.path, begin))
      const names = below.map(({ path }) => path.slice(begin.length).replace(/^\.|\[\]$/g, ''))
      const inner = [...new Set(names.map((name) => name.replace(/^\[\]/, '').split('.')[0] ?? ''))].filter(
        (name) => name !== '',
      )
      return inner.length === 0 ? `\`${begin}\`` : `\`${begin}\`: ${inner.join(', ')}`
    })
    .join('; ')
}
