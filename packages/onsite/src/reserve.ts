/**
 * The reserve: a file of nothing beside the database, given up when the disk is full. A database on a full disk cannot even take back what
 * it gives up, since every change is written to its log first; within the reserve it can, and Central hears of it.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import type Database from 'better-sqlite3-multiple-ciphers'
import { attempted } from './database.ts'

/** Holds the log of the largest change (an envelope of 512 KB), a rewound log before it, and what the tables may still grow. */
const RESERVE_BYTES = 1024 * 1024
const CHUNK_BYTES = 64 * 1024
/** Pages of 4 KB that the tables may grow by within the reserve; the rest of it is for the log. */
const GROWTH_PAGES = 64
/** Pages in the log after which it is rewound: the usual, which is SQLite's own, and within the reserve. */
const LOG_PAGES = { usual: 1000, within: 32 } as const

/** The reserve of one open database. */
export class Reserve {
  readonly #sqlite: Database.Database
  readonly #path: string
  /** The limit of pages that held before the reserve was given up; null while it is there. */
  #usualPages: number | null = null

  constructor(sqlite: Database.Database, path: string) {
    this.#sqlite = sqlite
    this.#path = path
  }

  /** Sets it aside, again too, if the disk has room for it; else the database keeps within what there is, and false says so. */
  keep(): boolean {
    if (!setAside(this.#path)) {
      this.#narrow()
      return false
    }
    if (this.#usualPages !== null) this.#limit(this.#usualPages, LOG_PAGES.usual)
    this.#usualPages = null
    return true
  }

  /** Gives it up; false if there was none. */
  spend(): boolean {
    const isSpent = giveUp(this.#path)
    if (isSpent) this.#narrow()
    return isSpent
  }

  #narrow(): void {
    if (this.#usualPages !== null) return
    const [pages = 0, most = 0] = ['page_count', 'max_page_count'].map((name) =>
      Number(this.#sqlite.pragma(name, { simple: true })),
    )
    this.#usualPages = most
    this.#limit(Math.min(most, pages + GROWTH_PAGES), LOG_PAGES.within)
  }

  #limit(pages: number, logPages: number): void {
    this.#sqlite.pragma(`max_page_count = ${pages}`)
    this.#sqlite.pragma(`wal_autocheckpoint = ${logPages}`)
  }
}

/** Gives up the reserve of a database that may not even be opened; false if there was none. */
export function giveUp(path: string): boolean {
  return existsSync(path) && attempted(() => rmSync(path, { force: true })).ok
}

function setAside(path: string): boolean {
  if (existsSync(path)) return true
  const made = `${path}.new`
  const kept = attempted(() => {
    const file = openSync(made, 'w', 0o600)
    try {
      // Not zeros: file systems that compress would set nothing aside.
      const chunk = crypto.getRandomValues(new Uint8Array(CHUNK_BYTES))
      for (let size = 0; size < RESERVE_BYTES; size += CHUNK_BYTES) writeSync(file, chunk)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(made, path)
  })
  if (!kept.ok) rmSync(made, { force: true })
  return kept.ok
}
