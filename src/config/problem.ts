// What is wrong in a file that a person wrote: where, what was found, what is allowed. Everything wrong in all files is
// gathered first and thrown once.

import { relative } from 'node:path'
import { SluiceError } from '#errors'

/** One thing wrong in one file. */
export interface Problem {
  /** The file as a person would name it: relative to the working directory where it lies below it. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number
  /** Where in the document it is, such as `source.paths[0]`; empty for the document itself. */
  readonly path: string
  /** What was found, what is allowed and, where a slip is likely, what may have been meant. */
  readonly message: string
}

/** Keys and indices from the root of a JSON document to one value. */
export type Path = readonly (string | number)[]

/** A path as a person writes it, such as `parse[0].pattern`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

/** The name of a file in messages. */
export function shownFile(file: string): string {
  const name = relative(process.cwd(), file)
  return name === '' || name.startsWith('..') ? file : name
}

/** `E_CONFIG` with a line for each problem as its message and the problems themselves in `context.problems`. */
export function configError(problems: readonly Problem[]): SluiceError {
  const sorted = problems.toSorted(
    (a, b) => order(a.file, b.file) || a.line - b.line || a.column - b.column || order(a.message, b.message)
  )
  const lines = sorted.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`)
  return new SluiceError('E_CONFIG', lines.join('\n'), { context: { problems: sorted } })
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
