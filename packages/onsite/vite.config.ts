/**
 * How the Onsite program is built: one readable file of plain JavaScript with the native modules beside it (the database, and the optional one that batches datagrams). Node strips no types
 * at its start then, which held 20 MB for good, and what runs in a customer's network can be read there and compared by one hash.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/** Many datagrams a system call, where a compiler built it (packages/snmp/src/native); the program works without. */
const batch: Plugin = {
  name: 'native-batch',
  closeBundle() {
    const built = join(import.meta.dirname, '../snmp/src/native/batch.node')
    if (!existsSync(built)) return
    const folder = join(import.meta.dirname, 'dist/native')
    mkdirSync(folder, { recursive: true })
    copyFileSync(built, join(folder, 'batch.node'))
  },
}

/** Node keeps a source twice as wide for a single letter that is not ASCII; written as escapes they mean the same wherever they stand here. */
const narrow: Plugin = {
  name: 'narrow-letters',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle))
      if (file.type === 'chunk') file.code = file.code.replace(/\P{ASCII}/gu, escaped)
  },
}

function escaped(letter: string): string {
  const unit = (at: number) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`
  return letter.length === 1 ? unit(0) : unit(0) + unit(1)
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [batch, narrow],
  build: {
    ssr: 'src/main.ts',
    outDir: 'dist',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rollupOptions: { output: { entryFileNames: 'platen-onsite.js' } },
  },
  ssr: { noExternal: true, external: ['better-sqlite3-multiple-ciphers'] },
})
