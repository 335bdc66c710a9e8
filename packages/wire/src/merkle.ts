/**
 * The Merkle tree of RFC 6962 section 2.1 over the lines of a body. Its root stands in the signed header, so that one reading can
 * be proved to an outsider without showing the others.
 */
import { sameBytes, sha256 } from './bytes.ts'

const leafMark = Uint8Array.of(0)
const nodeMark = Uint8Array.of(1)

/** The hash of one leaf: SHA-256(0x00, line). */
function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(leafMark, leaf)
}

/** The tree head MTH(D[n]), 32 bytes; of no leaves it is SHA-256 of nothing. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return leaves.length === 0 ? sha256() : rootOf(leaves.map(leafHash))
}

/** The audit path PATH(m, D[n]) of a leaf, nearest sibling first. @throws RangeError when there is no such leaf. */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): readonly Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) throw new RangeError(`no leaf ${index}`)
  return pathOf(leaves.map(leafHash), index)
}

/** True when `proof` shows that `leaf` is number `index` of the `size` leaves under `root` (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(claim: {
  readonly leaf: Uint8Array
  readonly index: number
  readonly size: number
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}): boolean {
  const { index, size } = claim
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let node = index
  let last = size - 1
  let hash = leafHash(claim.leaf)
  for (const sibling of claim.proof) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash)
      // A lone right edge has no sibling on these levels; the path skips them.
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2)
        last = Math.floor(last / 2)
      }
    } else hash = nodeHash(hash, sibling)
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && sameBytes(hash, claim.root)
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(nodeMark, left, right)
}

function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const [only] = hashes
  if (hashes.length === 1 && only !== undefined) return only
  const split = splitOf(hashes.length)
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)))
}

function pathOf(hashes: readonly Uint8Array[], index: number): Uint8Array[] {
  if (hashes.length === 1) return []
  const split = splitOf(hashes.length)
  const left = hashes.slice(0, split)
  const right = hashes.slice(split)
  return index < split ? [...pathOf(left, index), rootOf(right)] : [...pathOf(right, index - split), rootOf(left)]
}

/** The largest power of two smaller than `size`, for sizes from 2. */
function splitOf(size: number): number {
  return 2 ** (Math.ceil(Math.log2(size)) - 1)
}
