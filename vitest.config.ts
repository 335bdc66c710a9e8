import { defineConfig } from 'vitest/config'

/** One process, no isolation: no test may keep state in module scope (measured 16-40 times faster, docs/decisions/0002). */
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts', 'e2e/**/*.test.ts'],
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
