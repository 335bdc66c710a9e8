/** English, for `ledger`. */
import type { LedgerWords } from './ledger-words.ts'

export const english: LedgerWords = {
  help: {
    ledger: 'the ledger: what was asked and what was sent, as a chain of hashes',
    show: 'show the newest lines in plain words',
    verify: 'check that no line was changed, removed or put in',
    export:
      'write all lines with their hashes to a file, one JSON a line, for whoever checks them without this program',
    last: 'so many lines (20 without it)',
  },
  kinds: {
    enrolled: 'enrolled as {onsite}',
    round:
      'round ({kind}): {asked} addresses asked ({addresses}), {printers} printers read, {silent} silent, {failed} failed; {kept} readings kept; objects: {objects}',
    asked: 'a person asked {address}: {requests} questions',
    looked: 'looked at ({kind}): {addresses}; {kept} readings kept; objects: {objects}',
    list: 'list {hash} ({of}), which lines after this one refer to',
    delivered: 'sent to Central: {sent} envelopes, {bytes} bytes ({range}); {settled} receipted',
    settings: 'settings {version} of Central in force',
    epoch: 'a new chain of envelopes was begun ({because})',
    dropped: 'the outbox was full: {envelopes} envelopes with {readings} readings given up ({range})',
    instructions: 'instructions {version}',
    recovered: 'the database was spoilt and begun anew; {envelopes} waiting envelopes saved',
  },
  looks: {
    inventory: 'everybody in scope',
    round: 'known printers',
    supplies: 'supplies',
    status: 'status',
    closing: 'meters for the closing',
  },
  lists: { addresses: 'addresses', objects: 'objects' },
  none: 'The ledger is empty: nothing was asked or sent yet.',
  whole: 'All {lines} lines fit each other; the last one is {n}, its hash {hash}.',
  broken: [
    'Line {n} does not fit the chain: it or one before it was changed, removed or put in.',
    'Keep a copy of state.db and state.key, and find out who had access to this machine.',
  ],
  exported: '{lines} lines written to {file}.',
  exists: ['{file} is there already.', 'Name a new file; nothing was written.'],
  notWritten: ['{file} cannot be written ({code}).', 'Name a file in a folder you may write to.'],
  notANumber: ['--last wants a whole number from 1.', 'For instance: ledger show --last 50'],
}
