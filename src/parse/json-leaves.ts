// Takes a line that is known to be a JSON object apart into its leaves: the texts and numbers that may be others in the next
// line of the same shape, by where they stand and how they are reached.

import { textEnd } from './json-scan.ts'

export interface Leaf {
  readonly isText: boolean
  /** Where it stands in the bytes, a text without its quotes. */
  readonly from: number
  readonly to: number
  /** The keys down to it, dotted ones taken apart. */
  readonly path: readonly string[]
  /** Whether it stands in a list. */
  readonly isListed: boolean
}

/** An object or a list on the way down. */
interface Container {
  readonly isList: boolean
  readonly path: readonly string[]
  /** The path of the value whose key was read. */
  key: readonly string[] | undefined
}

const NUMBER = /[-+.\deE]/
const TEXT = '"'

/** The leaves of a valid object in their order, and the paths of all its keys. */
export function leavesOf(bytes: Buffer): { readonly leaves: readonly Leaf[]; readonly paths: readonly string[][] } {
  const leaves: Leaf[] = []
  const paths: string[][] = []
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const within: Container[] = []
  for (let at = 0; at < bytes.length; ) {
    const character = String.fromCharCode(bytes[at] as number)
    const container = within.at(-1)
    const path = container?.key ?? container?.path ?? []
    const isListed = container?.isList === true
    if (character === '{' || character === '[') {
      within.push({ isList: character === '[', path, key: undefined })
      at += 1
    } else if (character === '}' || character === ']') {
      within.pop()
      at += 1
    } else if (character === TEXT) {
      const found = textEnd(words, at + 1, bytes.length)
      const to = found < 0 ? ~found : found
      if (container !== undefined && !isListed && container.key === undefined) {
        const key: string = JSON.parse(bytes.toString('utf8', at, to + 1))
        container.key = [...container.path, ...key.split('.')]
        paths.push([...container.key])
      } else leaves.push({ isText: true, from: at + 1, to, path, isListed })
      at = to + 1
    } else if (/[-\d]/.test(character)) {
      let to = at + 1
      while (to < bytes.length && NUMBER.test(String.fromCharCode(bytes[to] as number))) to += 1
      leaves.push({ isText: false, from: at, to, path, isListed })
      at = to
    } else {
      if (character === ',' && container !== undefined) container.key = undefined
      at += 1
    }
  }
  return { leaves, paths }
}
