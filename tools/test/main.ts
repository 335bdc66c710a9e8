/**
 * `./test`: everything that must hold before a change lands, in one command that ends with `N passed, N failed`.
 * Each step counts once; the test suites count each test.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Count, noTests, readCounts } from './counts.ts'
import { prepareDebian } from './debian.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** One thing to run; `counts` means its report file says how many tests passed. */
interface Step {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly counts?: true
}

const steps: readonly Step[] = [
  { name: 'format and lint', command: ['biome', 'ci', '.'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the web app', command: ['tsc', '-p', 'packages/web/tsconfig.json'] },
  { name: 'house rules', command: ['node', 'tools/tidy/main.ts'] },
  { name: 'build of the web app', command: ['vite', 'build', 'packages/web', '--logLevel', 'warn'] },
  { name: 'build of Onsite', command: ['vite', 'build', 'packages/onsite', '--logLevel', 'warn'] },
  { name: 'unit tests', command: ['vitest', 'run', '--project', 'unit'], counts: true },
  { name: 'end to end', command: ['vitest', 'run', '--project', 'e2e'], counts: true },
]

const help = `./test            run everything
./test WORD ...   run the steps whose name holds one of the words (${steps.map((step) => `"${step.name}"`).join(', ')})
./test --list     print the steps and their commands`

const words = process.argv.slice(2)
if (words.includes('--help')) console.log(help)
else if (words.includes('--list')) for (const step of steps) console.log(`${step.name}: ${step.command.join(' ')}`)
else process.exitCode = (await testAll(words)) ? 0 : 1

async function testAll(only: readonly string[]): Promise<boolean> {
  const chosen = steps.filter((step) => only.length === 0 || only.some((word) => step.name.includes(word)))
  if (chosen.length === 0) {
    console.error(`No step is named like ${only.join(', ')}.\n${help}`)
    return false
  }
  const missing = chosen.some((step) => step.counts) ? prepareDebian((line) => console.log(`  ${line}`)) : []
  let sum: Count = noTests
  for (const step of chosen) {
    const count = await runStep(step)
    sum = {
      passed: sum.passed + count.passed,
      failed: sum.failed + count.failed,
      skipped: [...sum.skipped, ...count.skipped],
    }
  }
  for (const line of missing) console.log(`missing: ${line}`)
  for (const line of sum.skipped) console.log(`skipped: ${line}`)
  console.log(`${sum.passed} passed, ${sum.failed} failed`)
  return sum.failed === 0
}

async function runStep(step: Step): Promise<Count> {
  const folder = mkdtempSync(path.join(tmpdir(), 'platen-test-'))
  const report = path.join(folder, 'report.json')
  const extra = step.counts ? ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`] : []
  const started = performance.now()
  process.stdout.write(`${step.name} ...${step.counts ? '\n' : ' '}`)
  const { code, output } = await run([...step.command, ...extra], step.counts === true)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const count = step.counts ? readCounts(() => readFileSync(report, 'utf8'), code) : oneStep(code)
  rmSync(folder, { recursive: true, force: true })
  if (code !== 0 && !step.counts) console.log(`\n${output.trimEnd()}`)
  console.log(`${step.counts ? `${step.name}: ` : ''}${code === 0 ? 'ok' : 'FAILED'} (${seconds} s)`)
  return count
}

function oneStep(code: number): Count {
  return code === 0 ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] }
}

/** Runs a command in the project's root; `show` passes its output on as it comes. A command that cannot start is code 127. */
function run(command: readonly string[], show: boolean): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const [file = '', ...rest] = command
    const child = spawn(file, rest, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const take = (chunk: Buffer): void => {
      if (show) process.stdout.write(chunk)
      else output += chunk.toString()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
