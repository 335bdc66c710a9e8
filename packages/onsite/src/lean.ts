/**
 * Keeps the process small on a customer's machine. V8 lets garbage pile up to hundreds of megabytes where memory is plenty; a reader of
 * printers lives beside other programs.
 */
import { setFlagsFromString } from 'node:v8'

/**
 * Makes the heap grow slowly from now on; called once, first thing, by a program. Measured with 1,000 printers: 150 MB resident in place of
 * 265 MB (compiled), for about a fifth more CPU.
 */
export function keepHeapLean(): void {
  setFlagsFromString('--heap-growing-percent=25')
  setFlagsFromString('--semi-space-growth-factor=1')
}
