/** A recording as a file: what it is and how far it goes in comments at its head, then one object a line. Written whole and swapped in, so a stop never leaves half a file. */
import { rename, writeFile } from 'node:fs/promises'
import type { Varbind } from '@platen/snmp'
import { snmprecLine } from '../recording/line.ts'
import type { Step } from './capture.ts'
import { type WalkEnd, walkEnds } from './walk.ts'

/** What a file says of itself. */
export interface Head {
  readonly steps: readonly Step[]
  /** What was masked, by kind and number. */
  readonly masked: string
  readonly passed: readonly string[]
}

const ORIGIN =
  '# origin: a real device, recorded with `npm run record`; what names it, its place and its people is masked'
const STEP = '# read '

/** The text of a file. Rows must be masked. */
export function recordingText(rows: readonly Varbind[], { steps, masked, passed }: Head): string {
  const lines = rows.flatMap((row) => snmprecLine(row) ?? [])
  const head = [
    ORIGIN,
    `# masked: ${masked}`,
    ...passed.map((branch) => `# left out: ${branch}`),
    ...steps.map(
      ({ branch, most, end, kept, detail, last }) =>
        `${STEP}${branch}, at most ${most}: ${end}, ${kept} objects${last === '' ? '' : ` to ${last}`}${detail === '' ? '' : ` (${plain(detail)})`}`,
    ),
  ]
  return `${[...head, ...lines].join('\n')}\n`
}

/** What a device says ends no comment. */
const plain = (text: string): string => text.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 160)

/** The steps that a file's head tells. */
export function stepsOf(text: string): readonly Step[] {
  return text.split('\n').flatMap((line) => {
    const [, branch, most, end, kept, last, detail] =
      /^# read (.+?), at most (\d+): (\w+), (\d+) objects(?: to ([\d.]+))?(?: \((.*)\))?\r?$/.exec(line) ?? []
    if (branch === undefined || !isEnd(end)) return []
    return [{ branch, most: Number(most), end, kept: Number(kept), detail: detail ?? '', last: last ?? '' }]
  })
}

function isEnd(text: string | undefined): text is WalkEnd {
  return walkEnds.some((end) => end === text)
}

/** Writes beside the file and then in its place. @throws Error if the disk does not take it. */
export async function writeRecording(path: string, text: string): Promise<void> {
  const beside = `${path}.part`
  await writeFile(beside, text, { mode: 0o600 })
  await rename(beside, path)
}
