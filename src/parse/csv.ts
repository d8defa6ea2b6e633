// Lines of values in columns, as RFC 4180 and Elasticsearch's csv processor have them. A line is taken whole or not at all: it
// has no more values than there are columns, and every quote in it is closed.

import { isDeepStrictEqual } from 'node:util'
import Type, { type Static } from 'typebox'
import { SluiceError } from '#errors'
import type { Mismatch } from '#pattern'
import type { FieldTypes } from '#record'
import { timezoneDescription, zone } from '#time'
import { bindGroups, groupsSchema, misfit, writeGroups } from './groups.ts'
import { closed, type Parser } from './parser.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('csv', { description: 'Values in columns.' }),
    columns: Type.Array(Type.String(), {
      minItems: 1,
      description:
        'The columns in their order, by the dotted names of their fields; `time` is `@timestamp`, and a column named `""` is passed over.'
    }),
    header: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description:
          'What stands in the first line of files that have a header, value by value, where it is not `columns`.'
      })
    ),
    separator: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1, default: ',', description: 'The character between two values.' })
    ),
    quote: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1,
        default: '"',
        description: 'The character around a value that holds separators or line breaks; within one it stands twice.'
      })
    ),
    trim: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether blanks around values that have no quotes are taken off.' })
    ),
    fields: groupsSchema,
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  {
    additionalProperties: false,
    description:
      'Lines of values in columns. Columns at the end may be missing, values beyond the last column may not; an empty value makes no field. A line that is the header is passed over.'
  }
)
export type Options = Static<typeof schema>

/**
 * A parser for lines of columns.
 * @throws SluiceError E_PARSE_OPTION for two columns of one name, or options that do not fit them
 */
export function csv({
  columns,
  header = columns,
  separator = ',',
  quote = '"',
  trim = false,
  fields = {},
  timezone
}: Options): Parser {
  const again = columns.find((name, index) => name !== '' && columns.indexOf(name) !== index)
  if (again !== undefined) throw wrong('columns', `names "${again}" twice; allowed: each column once, or ""`, again)
  if (separator === quote) throw wrong('quote', 'is what separator is; allowed: another character', quote)
  const names = columns.filter(name => name !== '')
  const groups = bindGroups(names, fields, zone(timezone))
  const places = names.map(name => columns.indexOf(name))
  const longestHeader = header.join('').length + 5 * header.length
  const read = (line: string) => splitColumns(line, { separator, quote, trim, most: columns.length })
  const parser = closed({
    format: 'csv',
    writes: Object.assign({}, ...groups.map(group => group.writes)) as FieldTypes,
    read(line, values, reading) {
      const found = read(line)
      return isRow(found) && writeGroups(groups, values, (_, index) => found[places[index] ?? 0], reading)
    },
    mismatch(line) {
      const found = read(line)
      if (!isRow(found)) return found
      const name = misfit(groups, ({ name }) => found[columns.indexOf(name)])?.name
      return { column: 0, expected: `a time in the column "${name}"` }
    }
  })
  return { ...parser, isHeader }

  function isHeader(line: string): boolean {
    if (!line.includes(header[0] ?? '') || line.length > longestHeader) return false
    const found = read(line)
    return isRow(found) && isDeepStrictEqual(found, header)
  }
}

export interface Dialect {
  readonly separator: string
  readonly quote: string
  readonly trim: boolean
  /** How many values there may be. */
  readonly most: number
}

export const isRow = (found: string[] | Mismatch): found is string[] => Array.isArray(found)

/** The values of a line, or where it stops being one. */
export function splitColumns(line: string, { separator, quote, trim, most }: Dialect): string[] | Mismatch {
  const found: string[] = []
  for (let at = 0; at <= line.length; ) {
    if (found.length === most) return { column: at - 1, expected: `the end of the line, after ${most} columns` }
    const begin = trim ? skipBlanks(line, at) : at
    const end = line[begin] === quote ? closingQuote(line, begin, quote) : separatorAt(line, begin, separator)
    if (end === -1) return { column: begin, expected: `a closing ${quote}` }
    const value = line.slice(begin, end)
    if (line[begin] === quote) {
      found.push(value.slice(1, -1).replaceAll(quote + quote, quote))
      at = trim ? skipBlanks(line, end) : end
      if (at < line.length && line[at] !== separator) return { column: at, expected: `${separator} or the end` }
    } else {
      const odd = value.includes(quote) ? value.indexOf(quote) : value.indexOf('\n')
      if (odd !== -1) return { column: begin + odd, expected: `${quote} around the whole value` }
      found.push(trim ? value.trimEnd() : value)
      at = end
    }
    at += 1
  }
  return found
}

/** Where the text of a quoted value ends, behind its last quote; -1 where it does nowhere. */
function closingQuote(line: string, begin: number, quote: string): number {
  for (let at = line.indexOf(quote, begin + 1); at !== -1; at = line.indexOf(quote, at + 2)) {
    if (line[at + 1] !== quote) return at + 1
  }
  return -1
}

function separatorAt(line: string, begin: number, separator: string): number {
  const found = line.indexOf(separator, begin)
  return found === -1 ? line.length : found
}

function skipBlanks(line: string, begin: number): number {
  let at = begin
  while (line[at] === ' ' || line[at] === '\t') at += 1
  return at
}

function wrong(option: string, problem: string, found: string): SluiceError {
  return new SluiceError('E_PARSE_OPTION', `"${option}" ${problem}`, { context: { option, found } })
}
