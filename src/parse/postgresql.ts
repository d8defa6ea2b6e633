// Logs of the PostgreSQL server, in its three ways: lines by its `log_line_prefix`, CSV and JSON. What they say is the same,
// and becomes the same fields.

import Type, { type Static } from 'typebox'
import { compileScanner, findMismatch, type Mismatch, type Plan, plan } from '#pattern'
import { timezoneDescription, type Zone, zone } from '#time'
import { isRow, splitColumns } from './csv.ts'
import { jsonMismatch } from './json-mismatch.ts'
import { readObject } from './json-object.ts'
import { closed, type Parser } from './parser.ts'
import { type Columns, columnsOf, postgresqlTypes, writeStatement } from './postgresql-columns.ts'
import { readPrefix, UNKNOWN } from './postgresql-prefix.ts'
import type { Values } from './values.ts'

/** What a server that is not told otherwise writes before each line. */
const DEFAULT_PREFIX = '%m [%p] '

export const schema = Type.Object(
  {
    format: Type.Literal('postgresql', { description: 'Logs of PostgreSQL.' }),
    pattern: Type.Optional(
      Type.String({
        description: `The \`log_line_prefix\` of postgresql.conf, blanks included. Where it is left out: \`${DEFAULT_PREFIX}\`. It says nothing of \`csvlog\` and \`jsonlog\`.`
      })
    ),
    logDestination: Type.Optional(
      Type.Union([Type.Literal('stderr'), Type.Literal('csvlog'), Type.Literal('jsonlog')], {
        default: 'stderr',
        description: 'The `log_destination` of postgresql.conf. `stderr` is for files of the logging collector too.'
      })
    ),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  {
    additionalProperties: false,
    description:
      'Logs of PostgreSQL, by its `log_line_prefix`, or its CSV or JSON. A statement, with how long it took, becomes `postgresql.log.query` and `event.duration`. Messages of several lines are joined by `multiline`.'
  }
)
export type Options = Static<typeof schema>

/**
 * A parser for one server's log.
 * @throws SluiceError E_PARSE_PATTERN for a prefix that is none, or could be read in two ways; E_PARSE_OPTION for a wrong zone
 */
export function postgresql({ pattern = DEFAULT_PREFIX, logDestination = 'stderr', timezone }: Options): Parser {
  const here = zone(timezone)
  const way = logDestination === 'stderr' ? prefixed(pattern, here) : WAYS[logDestination](columnsOf(here))
  return closed({
    format: 'postgresql',
    writes: postgresqlTypes,
    read(text, values) {
      const message = way.read(text, values)
      if (message === undefined) return false
      writeStatement(values, message)
      return true
    },
    mismatch: way.mismatch
  })
}

/** Writes what a line says beside its message, and returns that; undefined, with nothing written, for what is no such line. */
interface Way {
  read(text: string, values: Values): string | undefined
  mismatch(text: string): Mismatch
}

/** Severities of lines that go with the line before, and the columns that other destinations have for them. */
const PARTS = new Map([
  ['CONTEXT', 'context'],
  ['DETAIL', 'detail'],
  ['HINT', 'hint'],
  ['LOCATION', 'location'],
  ['QUERY', 'internal_query'],
  ['STATEMENT', 'statement']
])

/** Lines of processes that have no session end their prefix at `%q`. */
function prefixed(pattern: string, here: Zone): Way {
  const columns = columnsOf(here)
  const layouts = readPrefix(pattern, columns)
  const plans = layouts.map(({ layout }) => plan(layout))
  const scans = plans.map(planned => compileScanner(planned))
  return {
    read(text, values) {
      for (const [index, scan] of scans.entries()) {
        const found = scan(text)
        if (found === undefined) continue
        for (const [at, name] of (layouts[index]?.names ?? []).entries()) {
          const value = (found[at] ?? '').trim()
          if (value !== UNKNOWN) columns.get(name)?.write(values, value)
        }
        const message = (found.at(-1) ?? '').replaceAll('\n\t', '\n')
        columns.get(PARTS.get(found.at(-2) ?? '') ?? '')?.write(values, message)
        columns.get('message')?.write(values, message)
        return message
      }
      return undefined
    },
    mismatch(text) {
      const all = plans.map(
        (planned: Plan) => findMismatch(planned, text) ?? { column: text.length, expected: 'the end' }
      )
      return all.reduce((furthest, next) => (next.column > furthest.column ? next : furthest))
    }
  }
}

/** The columns of csvlog, of which newer servers add to the end; see "Using CSV-Format Log Output" of PostgreSQL. */
const CSV =
  'timestamp user dbname pid connection session_id line_num ps session_start vxid txid error_severity state_code message detail hint internal_query internal_position context statement cursor_position location application_name backend_type leader_pid query_id'.split(
    ' '
  )
const OLDEST_CSV = 22

const WAYS: Readonly<Record<'csvlog' | 'jsonlog', (columns: Columns) => Way>> = {
  csvlog: columns => {
    const read = (text: string) => splitColumns(text, { separator: ',', quote: '"', trim: false, most: CSV.length })
    const misfit = (row: readonly string[]) =>
      CSV.findIndex((name, at) => columns.get(name)?.fits?.(row[at] ?? '') === false)
    return {
      read(text, values) {
        const row = read(text)
        if (!isRow(row) || row.length < OLDEST_CSV || misfit(row) !== -1) return undefined
        for (const [at, name] of CSV.entries()) columns.get(name)?.write(values, row[at] ?? '')
        return row[CSV.indexOf('message')]
      },
      mismatch(text) {
        const row = read(text)
        if (!isRow(row)) return row
        if (row.length < OLDEST_CSV) return { column: text.length, expected: `at least ${OLDEST_CSV} columns` }
        return { column: 0, expected: `a ${CSV[misfit(row)]} in its column` }
      }
    }
  },
  jsonlog: columns => ({
    read(text, values) {
      const object = readObject(text)
      if (object === undefined || columns.get('timestamp')?.fits?.(String(object.timestamp)) !== true) return undefined
      for (const name of Object.keys(object)) columns.get(name)?.write(values, String(object[name]))
      return String(object.message ?? '')
    },
    mismatch: text =>
      readObject(text) === undefined
        ? jsonMismatch(text)
        : { column: 0, expected: 'a timestamp such as 2026-11-20 23:11:52.345 KST' }
  })
}
