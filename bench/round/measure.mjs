/** Loaded before a program that is measured: when it ends, writes its CPU seconds and its peak memory to the file that BENCH_MEASURE names. */
import { readFileSync, writeFileSync } from 'node:fs'

const file = process.env.BENCH_MEASURE
if (file !== undefined) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage()
    // VmHWM, not maxRSS: a child begins with the maxRSS of the parent that forked it.
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    const measured = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: Number(kilobytes) / 1024 }
    writeFileSync(file, JSON.stringify(measured))
  })
}
