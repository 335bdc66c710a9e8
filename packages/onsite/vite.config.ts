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

export default defineConfig({
  root: import.meta.dirname,
  plugins: [batch],
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
