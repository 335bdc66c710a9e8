/** The Merkle tree against the known heads of the Certificate Transparency reference leaves, and its proofs as properties. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, sha256, toHex } from './bytes.ts'
import { inclusionProof, merkleRoot, verifyInclusion } from './merkle.ts'

const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  fromHex,
)
const heads = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

describe('the Merkle tree', () => {
  test('a proof is refused for another leaf, place, size, head, or with a step changed, missing or added', () => {
    const root = merkleRoot(leaves)
    for (const [index, leaf] of leaves.entries()) {
      const proof = inclusionProof(leaves, index)
      const claim = { leaf, index, size: leaves.length, proof, root }
      expect(verifyInclusion(claim)).toBe(true)
      expect(verifyInclusion({ ...claim, leaf: fromHex('ff') })).toBe(false)
      expect(verifyInclusion({ ...claim, index: (index + 1) % 8 })).toBe(false)
      expect(verifyInclusion({ ...claim, root: sha256() })).toBe(false)
      expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false)
      expect(verifyInclusion({ ...claim, proof: [...proof, sha256()] })).toBe(false)
      expect(verifyInclusion({ ...claim, proof: proof.with(1, sha256()) })).toBe(false)
      expect(verifyInclusion({ ...claim, proof: proof.with(1, new Uint8Array(31)) })).toBe(false)
      for (const size of [0, -1, 0.5, Number.NaN, 4, 9]) expect(verifyInclusion({ ...claim, size })).toBe(false)
      for (const index of [-1, 0.5, 8]) expect(verifyInclusion({ ...claim, index })).toBe(false)
    }
  })

  test('a longer path cannot claim a smaller tree', () => {
    const [leaf = new Uint8Array()] = leaves.slice(1)
    const root = merkleRoot(leaves.slice(0, 2))
    const proof = inclusionProof(leaves.slice(0, 2), 1)
    expect(verifyInclusion({ leaf, index: 1, size: 2, proof, root })).toBe(true)
    expect(verifyInclusion({ leaf, index: 0, size: 1, proof, root })).toBe(false)
  })

  test('there is no proof of a leaf that is not there', () => {
    for (const index of [-1, 8, 0.5]) expect(() => inclusionProof(leaves, index)).toThrow(RangeError)
    expect(() => inclusionProof([], 0)).toThrow(RangeError)
  })

  test('its heads are those of the reference leaves', () => {
    expect(heads.map((_, index) => toHex(merkleRoot(leaves.slice(0, index + 1))))).toEqual(heads)
    expect(toHex(merkleRoot([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  test('every leaf of a tree of any size can be proved', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 40 }), (leaves) => {
        const root = merkleRoot(leaves)
        for (const [index, leaf] of leaves.entries()) {
          const proof = inclusionProof(leaves, index)
          expect(verifyInclusion({ leaf, index, size: leaves.length, proof, root })).toBe(true)
        }
      }),
    )
  })
})
