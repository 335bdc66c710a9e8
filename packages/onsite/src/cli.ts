#!/usr/bin/env node
/**
 * Starts platen-onsite with its program kept compiled beside it, where its folder can be written: Node then need not strip types at each
 * start, which costs 20 MB that a round of 1,000 printers never gives back. Never in /tmp, where others could put a program of theirs.
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

enableCompileCache(join(import.meta.dirname, '../.compiled'))
await import('./main.ts')
