import { describe, expect, it } from 'vitest'
import { openings, undone } from './rules/comments.ts'
import { deadExports } from './rules/dead-exports.ts'
import { dependencies } from './rules/dependencies.ts'
import { faces } from './rules/faces.ts'
import { floors } from './rules/floors.ts'
import { outgoing } from './rules/outgoing.ts'
import { fileSizes, functionSizes, profileSizes } from './rules/sizes.ts'
import { noAny, noCasts, noNonNull } from './rules/unsafe.ts'
import { vendors } from './rules/vendors.ts'
import { world } from './rules/world.ts'
import { rules } from './rules.ts'
import { found } from './testing.ts'

const PATH = 'packages/snmp/src/x.ts'
const inOne = (rule: Parameters<typeof found>[0], text: string, path = PATH) => found(rule, { [path]: text })

describe('floors', () => {
  it.each([
    ['packages/snmp/src/x.ts', `import { Reading } from '@platen/model'`],
    ['packages/model/src/x.ts', `import type { Oid } from '@platen/snmp'`],
    ['packages/central/src/x.ts', `import { Client } from '@platen/snmp'`],
    ['packages/central/src/x.ts', `export * from '@platen/collector'`],
    ['packages/onsite/src/x.ts', `const central = await import('@platen/central')`],
    ['packages/web/src/x.tsx', `import { start } from '@platen/central'`],
    ['packages/web/src/x.tsx', `import type { Envelope } from '@platen/wire'`],
    ['packages/wire/src/x.ts', `let oid: import('@platen/snmp').Oid`],
    ['packages/wire/src/x.ts', `const snmp = require('@platen/snmp')`],
    ['packages/wire/src/x.ts', `import { Oid } from '../../snmp/src/oid.ts'`],
    ['packages/wire/src/x.ts', `import { main } from '../../../tools/tidy/main.ts'`],
    ['packages/onsite/src/x.ts', `import { Fleet } from '@platen/simulator'`],
    ['packages/newcomer/src/x.ts', ''],
  ])('are kept from below: %s, %s', (path, text) => {
    expect(inOne(floors, text, path)).toHaveLength(1)
  })

  it.each([
    ['packages/web/src/x.tsx', `import { deviceSchema } from '@platen/central/api'`],
    ['packages/collector/src/x.ts', `import { Oid } from '@platen/snmp'`],
    ['packages/central/src/x.ts', `import { settingsSchema } from '@platen/wire/messages'`],
    ['packages/snmp/src/x.test.ts', `import { startFleet } from '@platen/simulator'`],
    ['e2e/x.ts', `import { Client } from '@platen/snmp'`],
    ['packages/snmp/src/x.ts', `import { Oid } from './oid.ts'\nimport { createSocket } from 'node:dgram'`],
  ])('let pass %s, %s', (path, text) => {
    expect(inOne(floors, text, path)).toEqual([])
  })
})

describe('faces', () => {
  it('are not gone past, by name or by path, not even by tests', () => {
    expect(inOne(faces, `import { x } from '@platen/snmp/src/ber.ts'`, 'packages/wire/src/x.test.ts')).toHaveLength(1)
    expect(inOne(faces, `import { x } from '../../snmp/src/ber.ts'`, 'packages/wire/src/x.test.ts')).toHaveLength(1)
    expect(inOne(faces, `import { x } from '../packages/snmp/src/index.ts'`, 'e2e/x.ts')).toHaveLength(1)
    expect(
      inOne(
        faces,
        `import { x } from '@platen/snmp'\nimport { y } from '@platen/central/api'\nimport { z } from './z.ts'`,
      ),
    ).toEqual([])
  })
})

describe('vendors', () => {
  it.each([
    [`const maker = 'Acme'`, 'Acme'],
    ['const text = `by Acme Works`', 'Acme Works'],
    ['const acmeTable = 1', 'acme'],
    ['class AcmePrinter {}', 'acme'],
    ['const ACME_TABLE = 1', 'acme'],
    ['const ofHeron = 1', 'heron'],
    ['const zxTable = 1', 'zx'],
    [`const family = 'acme'`, 'acme'],
  ])('are found in %s', (text, name) => {
    expect(inOne(vendors, text)).toEqual([`${PATH}:1 the vendor's name ${name}`])
  })

  it('are found in what stands between tags, in data, in tests and in file names', () => {
    expect(inOne(vendors, 'const x = <p>An Acme device</p>', 'packages/web/src/x.tsx')).toHaveLength(1)
    expect(inOne(vendors, '{\n "a": "Heron"\n}', 'packages/web/src/de.json')).toEqual([
      `packages/web/src/de.json:2 the vendor's name Heron`,
    ])
    expect(inOne(vendors, `it('reads an Acme')`, 'packages/snmp/src/x.test.ts')).toHaveLength(1)
    expect(inOne(vendors, '', 'packages/snmp/src/acme-table.ts')).toHaveLength(1)
  })

  it('may be witnesses in comments; parts of words and short names in names are none', () => {
    expect(
      inOne(
        vendors,
        `// The Acme 9, firmware 2, answers twice.\nconst acmeist = 'Acmeism, acme-roman8'; const zed = 1`,
      ),
    ).toEqual([])
  })

  it('that are ordinary words in our own comments count in texts only', () => {
    expect(inOne(vendors, `// A heron stands still.\nconst heron = 1`)).toEqual([])
    expect(inOne(vendors, `// A heron stands still.\nconst maker = 'Heron'`)).toHaveLength(1)
  })
})

describe('the world', () => {
  it.each([
    'Date.now()',
    'const clock = Date.now',
    'new Date()',
    'new Date',
    'Math.random()',
    'process.env.PORT',
    `fetch('/x')`,
    'globalThis.fetch(x)',
    `\`\${Date.now()}\``,
  ])('is kept out: %s', (text) => {
    expect(inOne(world, text)).toHaveLength(1)
  })

  it.each([
    'new Date(at)',
    'clock.now()',
    'this.fetch()',
    'const f = (fetch: typeof globalThis.fetch) => fetch(x)',
    'const { fetch } = net; fetch(x)',
    `const s = 'Date.now()'`,
    '// Math.random()',
    'let f: typeof fetch',
    'class A { fetch(): void {} }',
  ])('lets pass %s', (text) => {
    expect(inOne(world, text)).toEqual([])
  })

  it.each([
    'packages/onsite/src/main.ts',
    'packages/web/src/main.tsx',
    'packages/web/src/api.ts',
    'tools/run/x.ts',
    'bench/x.ts',
    'e2e/x.ts',
    'packages/snmp/src/x.test.ts',
    'packages/web/vite.config.ts',
  ])('comes in at %s', (path) => {
    expect(inOne(world, 'Date.now()', path)).toEqual([])
  })
})

describe('outgoing', () => {
  const ONSITE = 'packages/onsite/src/x.ts'

  it.each([
    `import { createServer } from 'node:http'\ncreateServer()`,
    'net.createServer(take).listen(80)',
    `net['createServer'](take)`,
    'http2.createSecureServer({})',
    `import { Server } from 'node:net'`,
    'new net.Server()',
    'new Server()',
    'server.listen(80)',
    'server?.listen(80)',
    `import { createSocket } from 'node:dgram'`,
    `import dgram from 'dgram'`,
    `import { open } from 'node:inspector'`,
    `const cluster = await import('node:cluster')`,
  ])('lets nobody connect to Onsite: %s', (text) => {
    expect(inOne(outgoing, text, ONSITE).length).toBeGreaterThan(0)
  })

  it('leaves the local page its one door, and no other file beside it', () => {
    const text = `import { createServer } from 'node:http'\ncreateServer().listen(8161)`
    expect(inOne(outgoing, text, 'packages/onsite/src/page/server.ts')).toEqual([])
    for (const path of [
      'packages/onsite/src/page/answer.ts',
      'packages/onsite/src/server.ts',
      'packages/snmp/src/page/server.ts',
    ])
      expect(inOne(outgoing, text, path).length).toBeGreaterThan(0)
  })

  it.each(['collector', 'snmp', 'wire', 'model'])('holds for what is built into it: %s', (name) => {
    const path = `packages/${name}/src/x.ts`
    expect(inOne(outgoing, 'net.createServer(take)', path)).toHaveLength(1)
    expect(inOne(outgoing, `import { Server } from 'node:tls'`, path)).toHaveLength(1)
  })

  it.each([
    `import { request } from 'node:http'\nrequest(x)`,
    `import { type Socket, isIP } from 'node:net'`,
    '// createServer(x).listen(80)',
    'const listen = 1; f(listen)',
    `say('listen')`,
    'interface Server { a: 1 }',
  ])('lets pass %s', (text) => {
    expect(inOne(outgoing, text, ONSITE)).toEqual([])
  })

  it('is for the shipped program: tests, Central and the simulator may be called', () => {
    for (const path of [
      'packages/onsite/src/x.test.ts',
      'packages/onsite/src/x.testing.ts',
      'packages/central/src/x.ts',
    ])
      expect(inOne(outgoing, 'net.createServer(take).listen(80)', path)).toEqual([])
    expect(inOne(outgoing, 'transport.listen(take)', 'packages/snmp/src/x.ts')).toEqual([])
  })
})

describe('sizes', () => {
  const lines = (count: number) => 'x\n'.repeat(count)

  it('end files at 500 lines, unless they are generated', () => {
    expect(inOne(fileSizes, lines(501))).toEqual([`${PATH}:501 501 lines, 500 is the most`])
    expect(inOne(fileSizes, lines(500))).toEqual([])
    expect(inOne(fileSizes, lines(501), 'packages/snmp/src/x.gen.ts')).toEqual([])
  })

  it('end functions at 70 lines, the bodies of describe excepted', () => {
    const body = (count: number) => `{\n${lines(count)}}`
    expect(inOne(functionSizes, `\nfunction f() ${body(69)}`)).toEqual([`${PATH}:2 f has 71 lines, 70 is the most`])
    expect(inOne(functionSizes, `const f = () => ${body(69)}`)).toHaveLength(1)
    expect(inOne(functionSizes, `class A { m() ${body(69)} }`)).toHaveLength(1)
    expect(inOne(functionSizes, `function f() ${body(68)}`)).toEqual([])
    expect(inOne(functionSizes, `it('x', () => ${body(69)})`)).toHaveLength(1)
    expect(
      inOne(functionSizes, `describe('x', () => ${body(99)})\ndescribe.skipIf(a())('x', () => ${body(99)})`),
    ).toEqual([])
  })

  it('end profiles at 150 lines', () => {
    expect(inOne(profileSizes, lines(151), 'knowledge/profiles/a.yaml')).toHaveLength(1)
    expect(inOne(profileSizes, lines(150), 'knowledge/profiles/a.yaml')).toEqual([])
  })
})

describe('dead exports', () => {
  it("are values that nobody imports, and types that are nobody's word", () => {
    expect(inOne(deadExports, 'export const a = 1\nexport function f() {}\nexport type T = 1')).toEqual(
      [1, 2, 3].map((line) => `${PATH}:${line} nobody imports ${['a', 'f', 'T'][line - 1]}`),
    )
    expect(inOne(deadExports, 'export interface Options {}\nconst f = (o: Options) => o')).toEqual([])
  })

  it('live by any import, type import, star import or test', () => {
    for (const user of [
      `import { a } from './x.ts'`,
      `import type { a } from './x.ts'`,
      `import * as x from './x.ts'`,
      `const { a } = await import('./x.ts')`,
    ]) {
      expect(found(deadExports, { [PATH]: 'export const a = 1', 'packages/snmp/src/y.ts': user })).toEqual([])
    }
    expect(
      found(deadExports, { [PATH]: 'export const a = 1', 'packages/snmp/src/x.test.ts': `import { a } from './x.ts'` }),
    ).toEqual([])
    expect(
      found(deadExports, { [PATH]: 'export const a = 1', 'packages/snmp/src/y.ts': `import { b } from './x.ts'` }),
    ).toHaveLength(1)
  })

  const face = 'packages/snmp/src/index.ts'

  it('on a face must be wanted outside of the package, or be public for a reason', () => {
    const inside = { [PATH]: 'export const a = 1', 'packages/snmp/src/y.ts': `import { a } from './x.ts'` }
    const dead = [`${face}:1 no other workspace and no test imports a`]
    expect(found(deadExports, { ...inside, [face]: `export { a } from './x.ts'` })).toEqual(dead)
    expect(found(deadExports, { ...inside, [face]: `export * from './x.ts'` })).toEqual(dead)
    expect(
      found(deadExports, { ...inside, [face]: `export { a } from './x.ts' // public: integrators need it` }),
    ).toEqual([])
    expect(
      found(deadExports, {
        ...inside,
        [face]: `export * from './x.ts'`,
        'packages/wire/src/z.ts': `import { a } from '@platen/snmp'`,
      }),
    ).toEqual([])
    expect(
      found(deadExports, {
        ...inside,
        [face]: `export { a as b } from './x.ts'`,
        'e2e/z.ts': `import { b } from '@platen/snmp'`,
      }),
    ).toEqual([])
  })

  it('on a face may be types', () => {
    expect(found(deadExports, { [PATH]: 'export interface A {}', [face]: `export { type A } from './x.ts'` })).toEqual(
      [],
    )
    expect(found(deadExports, { [PATH]: 'export interface A {}', [face]: `export * from './x.ts'` })).toEqual([])
  })

  it('of a contract are parts that its own file uses', () => {
    const api = 'packages/central/src/api.ts'
    expect(found(deadExports, { [api]: 'export const part = 1\nexport const whole = [part]\n' })).toEqual([
      `${api}:2 no other workspace and no test imports whole`,
    ])
  })
})

describe('types', () => {
  it.each([
    'let a: any',
    'f<any>()',
    'let m: Map<string, any>',
    'type A = any',
    'let a: any[]',
    'let a: string | any',
    'x as any',
    `\`\${(y: any) => y}\``,
  ])('are never any: %s', (text) => {
    expect(inOne(noAny, text)).toHaveLength(1)
  })

  it.each([
    'z.any()',
    '{ any: 1 }',
    'const { only, any, serial } = p',
    '[...any, ...own]',
    `'any'`,
    '// any',
    'any.some(f)',
    'f(a, any)',
  ])('may let pass %s', (text) => {
    expect(inOne(noAny, text)).toEqual([])
  })

  it.each([
    'x as Y',
    '(x) as { a: 1 }',
    'f() as [1]',
    'x! as Y',
    `'a' as 'b'`,
    `\`\${x as Y}\``,
    '{ a } as A',
    '// border\nx as Y',
    '// border: \nx as Y',
  ])('are never cast: %s', (text) => {
    expect(inOne(noCasts, text)).toHaveLength(1)
  })

  it.each([
    'x as const',
    `import { a as b, c as d } from 'm'`,
    `import * as m from 'm'`,
    `import e, { a as b } from 'm'`,
    `export { a as b }`,
    `export type { A as B } from 'm'`,
    `export * as n from 'm'`,
    '{ as: 1 }',
    'const { column, as } = place',
    'return as.some(f)',
    'type M = { [K in keyof T as Name<K>]: T[K] }',
    'x as Y // border: the library knows no better',
    '// border: the library knows no better\nx as Y',
    '// Border of the type system: fromEntries forgets\nx as Y',
    `'x as Y'`,
  ])('let pass %s', (text) => {
    expect(inOne(noCasts, text)).toEqual([])
  })

  it.each(['a!.b', 'f()!', 'a[0]!\nb', 'let a!: string', 'g(a!, b)'])('never wish a missing value away: %s', (text) => {
    expect(inOne(noNonNull, text)).toHaveLength(1)
  })

  it.each(['!a', 'a !== b', 'if (a) !b', 'return !a', 'f(!a, !b)', 'a && !b', `'a!'`])(
    'let pass %s as well',
    (text) => {
      expect(inOne(noNonNull, text)).toEqual([])
    },
  )
})

describe('comments', () => {
  it('open every file but tests', () => {
    expect(inOne(openings, `import a from 'm'\n// Late.`)).toHaveLength(1)
    expect(inOne(openings, '#!/usr/bin/env node\nconst a = 1')).toHaveLength(1)
    expect(inOne(openings, '')).toHaveLength(1)
    expect(inOne(openings, '#!/usr/bin/env node\n/** What it is for. */\nconst a = 1')).toEqual([])
    expect(inOne(openings, 'const a = 1', 'packages/snmp/src/x.test.ts')).toEqual([])
  })

  it.each(['// TODO later', '/* FIXME */', '/** XXX: ugly */'])('leave nothing undone: %s', (text) => {
    expect(inOne(undone, text)).toHaveLength(1)
  })

  it('may use the words elsewhere', () => {
    expect(inOne(undone, `const a = 'TODO' // a to-do list, todos`)).toEqual([])
  })
})

describe('dependencies', () => {
  const manifest = (...names: readonly string[]) => ({
    'packages/snmp/package.json': JSON.stringify(
      { name: '@platen/snmp', exports: {}, dependencies: Object.fromEntries(names.map((name) => [name, '1'])) },
      null,
      1,
    ),
  })

  it('need a word in docs/decisions, and the whole word', () => {
    expect(found(dependencies, manifest('pg'))).toEqual(['packages/snmp/package.json:5 pg is in no decision'])
    expect(
      found(dependencies, { ...manifest('pg'), 'docs/decisions/1.md': 'We take pglite and @types/pg.' }),
    ).toHaveLength(1)
    expect(
      found(dependencies, {
        ...manifest('pg', '@fastify/static'),
        'docs/decisions/1.md': '| `pg` | x |\n- @fastify/static: files',
      }),
    ).toEqual([])
    expect(found(dependencies, manifest('@platen/model'))).toEqual([])
  })
})

describe('tidy', () => {
  it('runs every rule that is tested here', () => {
    const tested = [
      floors,
      outgoing,
      faces,
      vendors,
      world,
      fileSizes,
      functionSizes,
      profileSizes,
      deadExports,
      noAny,
      noCasts,
      noNonNull,
      openings,
      undone,
      dependencies,
    ]
    expect(new Set(rules)).toEqual(new Set(tested))
  })
})
