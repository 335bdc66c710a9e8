/**
 * How the Onsite program is built: one readable file of plain JavaScript and the one native module it needs beside it. Node strips no types
 * at its start then, which held 20 MB for good, and what runs in a customer's network can be read there and compared by one hash.
 */
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
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
