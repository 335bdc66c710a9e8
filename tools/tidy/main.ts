/** Runs the house rules that can run, says how much it looked at, and fails with where, what and what to do instead. */
import { resolve } from 'node:path'
import { readHouse } from './read.ts'
import { rules } from './rules.ts'
import { summary } from './summary.ts'

const root = resolve(process.argv[2] ?? resolve(import.meta.dirname, '../..'))
const house = readHouse(root)
const findings = rules.flatMap((rule) => rule.check(house).map((finding) => ({ rule: rule.name, ...finding })))
for (const { rule, file, line, what, instead } of findings) console.log(`${file}:${line} ${rule}: ${what}; ${instead}`)
console.log(summary(house, rules.length, findings.length))
process.exit(findings.length === 0 ? 0 : 1)
