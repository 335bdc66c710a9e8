/** Loaded before a program that is measured: when it ends, writes its CPU seconds and its peak memory to the file that BENCH_MEASURE names. */
import { writeFileSync } from 'node:fs'

const file = process.env.BENCH_MEASURE
if (file !== undefined) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    writeFileSync(
      file,
      JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: maxRSS / 1024 }),
    )
  })
}
