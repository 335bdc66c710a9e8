import { describe, expect, it } from 'vitest'
import { sourceFile } from './house.ts'

const file = (text: string, path = 'packages/snmp/src/x.ts') => sourceFile(path, text)
const imports = (text: string) => file(text).imports.map(({ specifier, names }) => `${specifier}: ${names.join(' ')}`)
const exported = (text: string) => file(text).exports.map(({ name, isType }) => (isType ? `type ${name}` : name))
const functions = (text: string, path?: string) =>
  file(text, path).functions.map(({ name, lines }) => `${name} ${lines}`)

describe('imports', () => {
  it.each([
    [`import a from 'm'`, ['m: default']],
    [`import { b, type C, d as e } from 'm'`, ['m: b C d']],
    [`import type { F } from 'm'`, ['m: F']],
    [`import type G from 'm'`, ['m: default']],
    [`import a, { b } from 'm'`, ['m: default b']],
    [`import * as all from 'm'`, ['m: *']],
    [`import 'm'`, ['m: ']],
    [`export { b } from 'm'`, ['m: b']],
    [`export type { B } from 'm'`, ['m: B']],
    [`export * from 'm'`, ['m: *']],
    [`const m = await import('m')`, ['m: *']],
    [`let x: import('m').X`, ['m: *']],
    [`const m = require('m')`, ['m: *']],
    [`const m = a.require('m'); import.meta.url; export { b }; const s = "import 'n'"`, []],
  ])('of %s', (text, expected) => {
    expect(imports(text)).toEqual(expected)
  })
})

describe('exports', () => {
  it.each([
    ['export const a = 1', ['a']],
    ['export const { a, b: c } = x', ['a', 'c']],
    ['export async function f() {}', ['f']],
    ['export function* g() {}', ['g']],
    ['export abstract class C {}', ['C']],
    ['export interface I {}', ['type I']],
    ['export type T = 1', ['type T']],
    ['export default function f() {}', ['default']],
    [`export { a, b as c, type D } from 'm'`, ['a', 'c', 'type D']],
    [`export type { E } from 'm'`, ['type E']],
    [`export * from 'm'`, ['*']],
    [`export * as n from 'm'`, ['n']],
  ])('of %s', (text, expected) => {
    expect(exported(text)).toEqual(expected)
  })
})

describe('functions', () => {
  it('are told from what only looks like them', () => {
    expect(
      functions(
        'if (a) {\n}\nfor (;;) {\n}\nfoo(1)\nclass A extends B(c) {\n}\ntype T = { f(): void }\nx ? f(a) : { b: 1 }',
      ),
    ).toEqual([])
  })

  it('are measured from header to end, with any parameters and any return type', () => {
    expect(functions('function f(\n  a: { b: 1 },\n): { c: 2 } | Promise<{ d: 3 }> {\n  return a\n}')).toEqual(['f 5'])
    expect(
      functions(
        'class A {\n  #m<T extends { a: 1 }>(x: T): T {\n    return x\n  }\n  get n() {\n    return 1\n  }\n  static async *o() {}\n}',
      ),
    ).toEqual(['#m 3', 'n 3', 'o 1'])
    expect(functions('const o = {\n  m() {\n  },\n  n: () => {\n  },\n}')).toEqual(['m 2', 'n 2'])
  })

  it('may be arrows with a block or an expression', () => {
    expect(
      functions('const f = (a) => {\n  return a\n}\nconst g = (a: number): number =>\n  a +\n  1\nconst h = a => a'),
    ).toEqual(['f 3', 'g 3', 'h 1'])
    expect(functions('const F = () => (\n  <p>\n    {a.map((x) => x)}\n  </p>\n)', 'packages/web/src/f.tsx')).toEqual([
      'F 5',
      'arrow 1',
    ])
  })
})
