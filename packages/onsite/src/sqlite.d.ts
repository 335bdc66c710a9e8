/** The encrypted SQLite package is the plain one with more pragmas; its `exports` hide its own types, so the plain one's are used. */
declare module 'better-sqlite3-multiple-ciphers' {
  import Database = require('better-sqlite3')
  export = Database
}
