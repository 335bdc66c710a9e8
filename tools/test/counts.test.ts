import { describe, expect, it } from 'vitest'
import { readCounts } from './counts.ts'

const report =
  (fields: object): (() => string) =>
  () =>
    JSON.stringify(fields)

describe('the count at the end of ./test', () => {
  it('counts a run without a readable report as a failure', () => {
    expect(readCounts(() => 'not json', 0).failed).toBe(1)
    expect(
      readCounts(() => {
        throw new Error('no such file')
      }, 0).failed,
    ).toBe(1)
  })

  it('counts a run that saw no test as a failure', () => {
    expect(readCounts(report({ numPassedTests: 0, numFailedTests: 0 }), 0).failed).toBe(1)
  })

  it('counts a run that ended badly although every test passed as a failure', () => {
    expect(readCounts(report({ numPassedTests: 7, numFailedTests: 0 }), 1)).toMatchObject({ passed: 7, failed: 1 })
  })

  it('counts tests and names the groups that were skipped', () => {
    const skipped = { status: 'skipped', ancestorTitles: ['with a real proxy'], title: 'delivers' }
    const counted = readCounts(
      report({
        numPassedTests: 3,
        numFailedTests: 2,
        testResults: [{ assertionResults: [skipped, skipped, { status: 'passed' }] }],
      }),
      1,
    )
    expect(counted).toEqual({ passed: 3, failed: 2, skipped: ['with a real proxy (2)'] })
  })
})
