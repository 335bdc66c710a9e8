/** How much tidy looked at: a run that saw little must not look like a clean one. */
import type { House } from './house.ts'

/** One line of figures. */
export function summary({ files, packages, profiles, data, vendors }: House, rules: number, findings: number): string {
  const sum = (count: (file: House['files'][number]) => number) => files.reduce((total, file) => total + count(file), 0)
  const looked = [
    `${files.length} files`,
    `${sum(({ lines }) => lines)} lines`,
    `${sum(({ functions }) => functions.length)} functions`,
    `${sum(({ imports }) => imports.length)} imports`,
    `${sum(({ exports }) => exports.length)} exports`,
    `${sum(({ comments }) => comments.length)} comments`,
    `${packages.length} packages`,
    `${profiles.length} profiles`,
    `${data.length} data files`,
    `${vendors.length} vendor names`,
  ]
  return `tidy looked at ${looked.join(', ')}; ${rules} rules, ${findings} findings`
}
