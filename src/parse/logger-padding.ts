// Values that a logger's format pads to a width, or cuts to it: `%(levelname)-8s`, `{name:^20}`, `%(name).10s`.

import type { FindEnd } from '#pattern'
import type { Spec } from './logger-field.ts'
import { beforeKnown, type LoggerShape, standing } from './logger-shapes.ts'

/** A value that is written in exactly so many characters, as by `%(levelname).1s` or `%(name)-20.20s`. */
export function exact(shape: LoggerShape, spec: Spec, length: number): LoggerShape {
  const endOf: FindEnd = (line, from) => skip(line, from, length)
  const recognize = shape.recognize && inColumns(shape.recognize, spec, length)
  return {
    description: `${shape.description}, in ${length} characters`,
    example: shape.example.slice(0, length).padEnd(length),
    holds: character => character === spec.fill || shape.holds(character),
    fits: text => shape.fits?.(unpadded(text, spec)) ?? true,
    endOf,
    ...(recognize && { recognize }),
    endBefore: literal => standing(endOf, literal)
  }
}

/** A value that takes at least `width` characters. */
export function padded(shape: LoggerShape, spec: Spec): LoggerShape {
  const { align, fill, width } = spec
  const pad = (text: string): string => (align === 'left' ? text.padEnd(width, fill) : text.padStart(width, fill))
  const example = pad(shape.example)
  const endOf = shape.endOf && paddedEnd(shape.endOf, spec)
  const isColumn = shape.longest !== undefined && shape.longest <= width
  const end = isColumn ? inColumns : paddedEnd
  const recognize = shape.recognize && end(shape.recognize, spec, width)
  const lacks = (separator: string): boolean =>
    shape.lacks?.(separator) === true &&
    [example, pad(shape.example.charAt(0))].every(
      text => (text + separator).indexOf(separator) === text.length && (separator + text).lastIndexOf(separator) === 0
    )
  return {
    description: shape.description,
    example,
    holds: character => character === fill || shape.holds(character),
    fits: text => shape.fits?.(unpadded(text, spec)) ?? true,
    ...(shape.lacks && { lacks }),
    ...(endOf && { endOf }),
    ...(recognize && { recognize }),
    endBefore(literal, next) {
      if (literal === '' && isColumn) return (line, from) => skip(line, from, width)
      if (endOf !== undefined) return literal === '' && !shape.endBefore?.('') ? undefined : standing(endOf, literal)
      if (shape.lacks === undefined) return undefined
      const earliest = (from: number, line: string): number => skip(line, from, width)
      const find = beforeKnown(example, literal, next, earliest)
      if (find !== undefined || !shape.lacks(literal)) return find
      return (line, from) => line.indexOf(literal, earliest(from, line))
    }
  }
}

/** Finds the end of a value that, with what it is padded with, takes just so many characters. */
function inColumns(endOf: FindEnd, spec: Spec, length: number): FindEnd {
  return (line, from) => {
    const end = skip(line, from, length)
    const value = unpadded(line.slice(from, end), spec)
    return endOf(value, 0) === value.length ? end : -1
  }
}

function paddedEnd(endOf: FindEnd, { align, fill, width }: Spec): FindEnd {
  return (line, from) => {
    const least = skip(line, from, width)
    let begin = from
    while (align !== 'left' && begin < least && line.startsWith(fill, begin)) begin += fill.length
    let end = endOf(line, begin)
    while (align !== 'right' && end !== -1 && end < least && line.startsWith(fill, end)) end += fill.length
    return end < least ? -1 : end
  }
}

/** The value without what was put beside it to make it as wide as it had to be. */
export function unpadded(text: string, { align, fill, width }: Spec): string {
  if (skip(text, 0, width) < text.length) return text
  let begin = 0
  let end = text.length
  while (align !== 'right' && end > 0 && text.endsWith(fill, end)) end -= fill.length
  while (align !== 'left' && begin < end && text.startsWith(fill, begin)) begin += fill.length
  return text.slice(begin, end)
}

/** Passes over as many characters as Python counts, for which one beyond the basic plane is one. */
function skip(line: string, from: number, count: number): number {
  let at = from
  for (let i = 0; i < count && at < line.length; i++) at += (line.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return at
}
