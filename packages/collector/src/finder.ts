/**
 * Terms made ready to run. A profile's terms are turned into functions once; for each device only those run, over the
 * answers it gave. All of it is pure.
 */
import { cutText, dropMark } from './cuts.ts'
import { anything, countIn, type Find, type Found, foundIn, textOf } from './found.ts'
import { inRows } from './joins.ts'
import { containing, exactly } from './labels.ts'
import { decodeRecords, numberOf } from './records.ts'
import type { AuthoredProfile } from './schema/profile.ts'
import type { Term } from './schema/term.ts'

type Parts = Pick<AuthoredProfile, 'tables' | 'records' | 'labels'>

/** Makes a term of a profile ready to run. @throws Error if it names what the profile does not hold: `checkProfile` must come first. */
export function readyTerm(term: Term, parts: Parts): Find {
  if (typeof term !== 'object') return constant(term)
  if ('get' in term) return getter(term.get)
  if ('first' in term) return firstOf(term.first.map((one) => readyTerm(one, parts)))
  if ('sum' in term) return summed(term.sum, parts)
  if ('count' in term) return counted(term.count)
  if ('rows' in term)
    return inRows(term, parts.tables[term.rows]?.localized ?? false, (inner) => readyTerm(inner, parts))
  if ('column' in term) return inRow(term, parts)
  if ('part' in term) return ofIndex(term.part)
  if ('address' in term) return (scene) => ({ value: scene.address, localized: false, objects: [] })
  if ('records' in term) return ofRecords(term, parts)
  if ('text' in term) return ofText(term, parts)
  if ('label' in term) return labelled(term, parts)
  return joined(term, parts)
}

/** One object for all devices: constants are the most frequent terms. */
function constant(value: string | number): Find {
  const found: Found = { value, localized: false, objects: [] }
  return () => found
}

function getter(object: string): Find {
  return (scene) => {
    const value = scene.answers.get(object)
    return value && foundIn(object, value, false)
  }
}

function firstOf(finds: readonly Find[]): Find {
  return (scene, row, accept) => {
    // What was refused is still answered: whoever asked says what is wrong with it.
    let refused: Found | undefined
    for (const find of finds) {
      const found = find(scene, row, accept)
      if (found === undefined) continue
      if (accept(found, scene)) return found
      refused ??= found
    }
    return refused
  }
}

function summed(sum: readonly Term[] | { rows: string; column: string }, parts: Parts): Find {
  if ('rows' in sum) return sumOfColumn(sum.rows, sum.column)
  const finds = sum.map((one) => readyTerm(one, parts))
  return (scene, row, accept) => {
    const founds = finds.map((find) => find(scene, row, accept))
    // A sum with a part missing would be a smaller number that looks right.
    return founds.every((found) => found !== undefined) ? total(founds) : undefined
  }
}

/** A column nobody answered sums up to nothing, not to zero; nor does one of a table that was cut short. */
function sumOfColumn(table: string, column: string): Find {
  return (scene) => {
    if (scene.unheard.has(table)) return undefined
    const cells = scene.grid.get(table)?.rows.flatMap((row) => row.cells.get(column) ?? []) ?? []
    if (cells.length === 0) return undefined
    return total(cells.map((cell) => foundIn(cell.object, cell.value, false)))
  }
}

/** Null, negative and fractional parts make no sum. */
function total(founds: readonly (Found | undefined)[]): Found | undefined {
  let sum = 0n
  const objects: string[] = []
  for (const found of founds) {
    const count = found === undefined ? null : countIn(found)
    if (found === undefined || count === null || count < 0n) return undefined
    sum += count
    objects.push(...found.objects)
  }
  return { value: sum, localized: false, objects }
}

function counted(table: string): Find {
  return (scene) => {
    const rows = scene.unheard.has(table) ? undefined : scene.grid.get(table)?.rows
    return rows && { value: rows.length, localized: false, objects: [] }
  }
}

/** A cell of the row at hand, or of another table's row whose index is put together from terms. */
function inRow(term: { column: string; of?: string | undefined; by?: Term[] | undefined }, parts: Parts): Find {
  const { column, of: table, by } = term
  if (table === undefined || by === undefined) {
    return (_scene, row) => {
      const cell = row?.cells.get(column)
      return cell && foundIn(cell.object, cell.value, row?.localized ?? false)
    }
  }
  const localized = parts.tables[table]?.localized ?? false
  const keys = by.map((one) => readyTerm(one, parts))
  return (scene, row) => {
    const founds = keys.map((key) => key(scene, row, anything))
    if (founds.some((found) => found === undefined)) return undefined
    const index = founds.map((found) => found && textOf(found, scene)).join('.')
    const cell = scene.grid.get(table)?.byIndex.get(index)?.cells.get(column)
    const found = cell && foundIn(cell.object, cell.value, localized)
    return found && { ...found, objects: [...founds.flatMap((key) => key?.objects ?? []), ...found.objects] }
  }
}

function ofIndex(part: number): Find {
  return (_scene, row) => {
    const value = row?.parts[part - 1]
    return value === undefined ? undefined : { value, localized: false, objects: [] }
  }
}

/** Taken apart once a device, however many tags are asked of it. */
function ofRecords(term: Extract<Term, { records: string }>, parts: Parts): Find {
  const rule = parts.records[term.records]
  if (rule === undefined) throw new Error(`no records ${term.records}`)
  const { object, form } = rule
  return (scene) => {
    const value = scene.answers.get(object)
    if (value?.type !== 'octets') return undefined
    let records = scene.packed.get(object)
    if (records === undefined) {
      records = decodeRecords(value.value, form)
      scene.packed.set(object, records)
    }
    const octets = records.get(term.tag)
    const number = octets && numberIn(octets, term.octet)
    if (number === undefined) return undefined
    return { value: term.per === undefined ? number : number / term.per, localized: false, objects: [object] }
  }
}

/** The whole number, or one octet of it where it is as long as that means anything. */
function numberIn(octets: Uint8Array, octet: { at: number; of: number } | undefined): number | undefined {
  if (octet === undefined) return numberOf(octets)
  return octets.length === octet.of ? octets[octet.at - 1] : undefined
}

function ofText(term: Extract<Term, { text: Term }>, parts: Parts): Find {
  const { text, ...cuts } = term
  const find = readyTerm(text, parts)
  return (scene, row) => {
    const found = find(scene, row, anything)
    if (found === undefined) return undefined
    const bare =
      cuts.drop !== undefined && found.value instanceof Uint8Array
        ? { ...found, value: dropMark(found.value, cuts.drop) }
        : found
    const value = cutText(textOf(bare, scene), cuts)
    return value === null ? undefined : { value, localized: false, objects: found.objects }
  }
}

function labelled(term: Extract<Term, { label: Term }>, parts: Parts): Find {
  const find = readyTerm(term.label, parts)
  const look = 'in' in term ? exactly(parts.labels[term.in]) : containing(parts.labels[term.containing])
  return (scene, row) => {
    const found = find(scene, row, anything)
    const target = found && look(textOf(found, scene))
    return found && target !== undefined ? { value: target, localized: false, objects: found.objects } : undefined
  }
}

/** Joined only if all parts are there: half a code would be another code. */
function joined(term: { join: Term[]; with: string }, parts: Parts): Find {
  const finds = term.join.map((one) => readyTerm(one, parts))
  return (scene, row) => {
    const founds: Found[] = []
    for (const find of finds) {
      const found = find(scene, row, anything)
      if (found === undefined) return undefined
      founds.push(found)
    }
    const value = founds.map((found) => textOf(found, scene)).join(term.with)
    return { value, localized: false, objects: founds.flatMap((found) => found.objects) }
  }
}
