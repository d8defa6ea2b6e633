// Reads a JSON file with comments and trailing commas and keeps where everything in it stands, so that whatever is found
// wrong later can be pointed at.

import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Node, type ParseError, parseTree } from 'jsonc-parser'
import { type Path, type Problem, pathText, shownFile } from './problem.ts'
import { explainSyntax } from './syntax.ts'

/** A JSON file that could be read. */
export interface Document {
  /** Its absolute path. */
  readonly file: string
  /** Where relative paths in it count from. */
  readonly folder: string
  readonly text: string
  readonly root: Node
}

/** A place in a document: a value, its key, or the UTF-16 unit at `index` of a string value. */
export interface Place {
  readonly path: Path
  readonly at?: 'value' | 'key'
  readonly index?: number
}

/**
 * Reads a file.
 * @param problems takes what is wrong with it: unreadable, not JSON, not UTF-8, a key given twice
 * @returns undefined where nothing in it can be relied on
 */
export async function readDocument(file: string, problems: Problem[]): Promise<Document | undefined> {
  const refuse = (message: string, text = '', offset = 0): undefined => {
    problems.push({ file: shownFile(file), ...position(text, offset), path: '', message })
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))
  } catch (error) {
    return refuse(error instanceof TypeError ? 'is not text in UTF-8' : whyUnreadable(file, error))
  }
  if (text.trim() === '') return refuse('is empty; allowed: an object in { }')
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const broken = explainSyntax(text, errors, root !== undefined)
  if (broken !== undefined) return refuse(broken.message, text, broken.offset)
  if (root === undefined) return undefined
  const document = { file, folder: dirname(file), text, root }
  refuseDuplicates(document, root, [], problems)
  return document
}

/** The document of a file that is not there or cannot be used: an empty object. */
export function emptyDocument(file: string): Document {
  return { file, folder: dirname(file), text: '{}', root: { type: 'object', offset: 0, length: 2, children: [] } }
}

/** The problem at a place of a document; where the place is not written out, the nearest value around it. */
export function problemAt(document: Document, place: Place, message: string): Problem {
  const offset = offsetOf(document, place)
  return { file: shownFile(document.file), ...position(document.text, offset), path: pathText(place.path), message }
}

/** Whether a value stands at a path, rather than being filled in as a default. */
export function isWritten(document: Document, path: Path): boolean {
  return nodeAt(document.root, path).depth === path.length
}

/** Why a file cannot be read, with where it was looked for. */
export function whyUnreadable(file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return `no such file; looked for ${file}`
  if (code === 'EISDIR') return `${file} is a folder; allowed: a file`
  if (code === 'EACCES') return `${file} cannot be read: permission denied`
  return `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`
}

function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

function nodeAt(root: Node, path: Path): { node: Node; depth: number } {
  let node = root
  for (const [depth, step] of path.entries()) {
    const next =
      typeof step === 'number'
        ? node.children?.[step]
        : node.children?.findLast(property => property.children?.[0]?.value === step)?.children?.[1]
    if (next === undefined) return { node, depth }
    node = next
  }
  return { node, depth: path.length }
}

function offsetOf(document: Document, { path, at, index }: Place): number {
  const { node, depth } = nodeAt(document.root, path)
  if (depth < path.length) return node.offset
  if (at === 'key' && node.parent?.type === 'property') return node.parent.offset
  if (index === undefined || node.type !== 'string') return node.offset
  return offsetInString(document.text, node.offset, index)
}

/** Where the unit `index` of a string stands in the text, which may be longer by its escapes. */
function offsetInString(text: string, start: number, index: number): number {
  let offset = start + 1
  for (let unit = 0; unit < index && text[offset] !== '"'; unit++) {
    offset += text[offset] !== '\\' ? 1 : text[offset + 1] === 'u' ? 6 : 2
  }
  return offset
}

function refuseDuplicates(document: Document, node: Node, path: Path, problems: Problem[]): void {
  if (node.type === 'array') {
    for (const [index, item] of (node.children ?? []).entries()) {
      refuseDuplicates(document, item, [...path, index], problems)
    }
  }
  if (node.type !== 'object') return
  const seen = new Map<string, Node>()
  for (const { children } of node.children ?? []) {
    const [key, value] = children ?? []
    if (key === undefined || value === undefined) continue
    const first = seen.get(key.value)
    if (first === undefined) seen.set(key.value, key)
    else {
      const { line, column } = position(document.text, first.offset)
      problems.push({
        file: shownFile(document.file),
        ...position(document.text, key.offset),
        path: pathText([...path, key.value]),
        message: `"${key.value}" is given twice, first at ${line}:${column}; allowed: once`
      })
    }
    refuseDuplicates(document, value, [...path, key.value], problems)
  }
}
