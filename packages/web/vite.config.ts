/** How the browser app is built: static files for Central to serve, with nothing inline, because Central's CSP allows scripts from itself only. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const central = 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Inlined assets would be data: URLs, which a strict CSP refuses.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: { port: 5173, proxy: { '/api/': { target: central } } },
})
