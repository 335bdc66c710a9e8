/** The whole of what any profile may ever ask, one object a line: for a customer who wants to know, and for an author to see grow. */
import { type Instructions, questions } from '@platen/collector'

/** By profile: what each asks beside the standard, single objects and columns in the order they are asked. */
export function reachText({ profiles }: Instructions): string {
  const standard = profiles.find(({ profile }) => profile === 'standard')
  const common = new Set(standard === undefined ? [] : objectsOf(standard))
  const blocks = profiles.map((profile) => {
    const own = objectsOf(profile).filter((object) => profile === standard || !common.has(object))
    return `${[`${profile.profile}: ${own.length} objects`, ...own].join('\n  ')}\n`
  })
  return `${blocks.join('\n')}`
}

function objectsOf(profile: Instructions['profiles'][number]): readonly string[] {
  const { scalars, tables } = questions(profile)
  return [
    ...scalars,
    ...tables.flatMap(({ columns, rows }) => columns.map((column) => `${column}.* at most ${rows} rows`)),
  ]
}
