/** Reads how many tests passed from the test runner's report, so that the last line of `./test` counts real tests. */

/** Tests by fate; `skipped` names each group that did not run. */
export interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly string[]
}

export const noTests: Count = { passed: 0, failed: 0, skipped: [] }

/** Counts of one run. A run that failed without a failed test, or left no readable report, counts as one failure: it is never silently fine. */
export function readCounts(read: () => string, code: number): Count {
  const report = parse(read)
  if (report === null) return { passed: 0, failed: 1, skipped: [] }
  const failed = number(report, 'numFailedTests')
  const passed = number(report, 'numPassedTests')
  const broken = (code !== 0 && failed === 0) || passed + failed === 0
  return { passed, failed: broken ? failed + 1 : failed, skipped: skippedGroups(report) }
}

function parse(read: () => string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(read())
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function skippedGroups(report: Record<string, unknown>): readonly string[] {
  const groups = new Map<string, number>()
  for (const file of list(report, 'testResults')) {
    for (const test of list(file, 'assertionResults')) {
      if (test.status !== 'skipped' && test.status !== 'pending') continue
      const titles = test.ancestorTitles
      const group = Array.isArray(titles) && titles.length > 0 ? titles.join(' > ') : String(test.title)
      groups.set(group, (groups.get(group) ?? 0) + 1)
    }
  }
  return [...groups].map(([group, tests]) => `${group} (${tests})`)
}

function list(of: Record<string, unknown>, key: string): readonly Record<string, unknown>[] {
  const value = of[key]
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function number(of: Record<string, unknown>, key: string): number {
  const value = of[key]
  return typeof value === 'number' ? value : 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
