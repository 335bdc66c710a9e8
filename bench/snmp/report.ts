/** Prints what contenders cost, and how the bars of a part were met. */
import type { Figures } from './contenders.ts'

/** The median of each figure by itself. */
export function median(turns: readonly Figures[]): Figures {
  const of = (figure: keyof Figures) => {
    const sorted = turns.map((turn) => turn[figure]).sort((one, other) => one - other)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  }
  return {
    cpu: of('cpu'),
    wall: of('wall'),
    memory: of('memory'),
    found: of('found'),
    sent: of('sent'),
    octets: of('octets'),
  }
}

export function printHead(title: string): void {
  console.log(`\n${title}`)
  console.log('  who           ms CPU a device  devices a CPU s   wall s  peak MB  datagrams  octets  complete')
}

export function printFigures(who: string, figures: Figures): void {
  const { cpu, wall, memory, found, sent, octets } = figures
  const cells = [
    who.padEnd(13),
    cpu.toFixed(4).padStart(15),
    Math.round(1_000 / cpu)
      .toString()
      .padStart(16),
    wall.toFixed(2).padStart(8),
    memory.toFixed(0).padStart(8),
    sent.toFixed(2).padStart(10),
    octets.toFixed(0).padStart(7),
    String(found).padStart(9),
  ]
  console.log(`  ${cells.join(' ')}`)
}

/** Whether every bar so far was met. */
export let allMet = true

/** A figure that must be at most its bar. */
export function atMost(what: string, figure: number, bar: number): void {
  const isMet = figure <= bar
  allMet &&= isMet
  console.log(`  ${isMet ? 'met   ' : 'MISSED'} ${what}: ${figure.toFixed(2)} (at most ${bar.toFixed(2)})`)
}

/** A figure that must be at least its bar. */
export function atLeast(what: string, figure: number, bar: number): void {
  const isMet = figure >= bar
  allMet &&= isMet
  console.log(`  ${isMet ? 'met   ' : 'MISSED'} ${what}: ${figure.toFixed(2)} (at least ${bar.toFixed(2)})`)
}
