// The room that makes an event's fields of a line's text. Formats are tried in order; a line that none of them takes keeps
// its text as `message` and is tagged, so that nothing is lost and nothing goes unseen.

import Type, { type Static } from 'typebox'
import { addTag, type Fields, type FieldTypes, unionOfTypes } from '#record'
import type { Reading } from '#time'
import { apache, schema as apacheSchema } from './apache.ts'
import { cef, schema as cefSchema } from './cef.ts'
import { csv, schema as csvSchema } from './csv.ts'
import { dissect, schema as dissectSchema } from './dissect.ts'
import { gelf, schema as gelfSchema } from './gelf.ts'
import { grok, schema as grokSchema } from './grok.ts'
import { haproxy, schema as haproxySchema } from './haproxy.ts'
import { json, schema as jsonSchema } from './json.ts'
import { klog, schema as klogSchema } from './klog.ts'
import { kv, schema as kvSchema } from './kv.ts'
import { leef, schema as leefSchema } from './leef.ts'
import { linuxAuth, schema as linuxAuthSchema } from './linux-auth.ts'
import { log4j, schema as log4jSchema } from './log4j.ts'
import { logfmt, schema as logfmtSchema } from './logfmt.ts'
import { loguru, schema as loguruSchema } from './loguru.ts'
import { mysqlSlow, schema as mysqlSlowSchema } from './mysql-slow.ts'
import { nginx, schema as nginxSchema } from './nginx.ts'
import { nginxError, schema as nginxErrorSchema } from './nginx-error.ts'
import type { Parser } from './parser.ts'
import { postgresql, schema as postgresqlSchema } from './postgresql.ts'
import { pythonLogging, schema as pythonLoggingSchema } from './python-logging.ts'
import { pythonRecord, schema as pythonRecordSchema } from './python-record.ts'
import { redis, schema as redisSchema } from './redis.ts'
import { regex, schema as regexSchema } from './regex.ts'
import { syslog, schema as syslogSchema } from './syslog.ts'
import { unmatchedTypes, unmatchedWriter } from './unmatched.ts'
import { w3c, schema as w3cSchema } from './w3c.ts'

export { type Ends, MOST_SLOTS, type Shape } from './json-shapes.ts'
export type { Parser } from './parser.ts'
export { type Ascii, type Cuts, numberOf, textAt, type Values } from './values.ts'

const formats = {
  apache: { schema: apacheSchema, compile: apache },
  cef: { schema: cefSchema, compile: cef },
  csv: { schema: csvSchema, compile: csv },
  dissect: { schema: dissectSchema, compile: dissect },
  gelf: { schema: gelfSchema, compile: gelf },
  grok: { schema: grokSchema, compile: grok },
  haproxy: { schema: haproxySchema, compile: haproxy },
  json: { schema: jsonSchema, compile: json },
  klog: { schema: klogSchema, compile: klog },
  kv: { schema: kvSchema, compile: kv },
  log4j: { schema: log4jSchema, compile: log4j },
  logfmt: { schema: logfmtSchema, compile: logfmt },
  loguru: { schema: loguruSchema, compile: loguru },
  leef: { schema: leefSchema, compile: leef },
  'linux-auth': { schema: linuxAuthSchema, compile: linuxAuth },
  'mysql-slow': { schema: mysqlSlowSchema, compile: mysqlSlow },
  nginx: { schema: nginxSchema, compile: nginx },
  'nginx-error': { schema: nginxErrorSchema, compile: nginxError },
  postgresql: { schema: postgresqlSchema, compile: postgresql },
  'python-logging': { schema: pythonLoggingSchema, compile: pythonLogging },
  redis: { schema: redisSchema, compile: redis },
  'python-record': { schema: pythonRecordSchema, compile: pythonRecord },
  regex: { schema: regexSchema, compile: regex },
  syslog: { schema: syslogSchema, compile: syslog },
  w3c: { schema: w3cSchema, compile: w3c }
} as const

type Formats = typeof formats
/** One format of a pipeline, told by its `format`. */
export type ParseEntry = { [Name in keyof Formats]: Static<Formats[Name]['schema']> }[keyof Formats]

export const parseSchema = Type.Array(
  Type.Unsafe<ParseEntry>({
    type: 'object',
    discriminator: { propertyName: 'format' },
    oneOf: Object.values(formats).map(({ schema }) => schema)
  }),
  {
    description:
      'Formats, tried in order; the first that matches a line parses it. A line that none matches is shipped with its text as `message`, tagged `_parse_failure` and counted; `error.message` and `sluice.parse_failure` say which format came furthest, and the column where the line stopped fitting. Where a line tells no time, `@timestamp` is the time of reading and the document is tagged `_no_timestamp`.'
  }
)

/**
 * The parser for one entry.
 * @throws SluiceError E_PARSE_PATTERN for a pattern that is not understood or could be read in two ways
 */
export function compileParser(entry: ParseEntry): Parser {
  const compile = formats[entry.format].compile as (entry: ParseEntry) => Parser
  return compile(entry)
}

/** Several formats, tried in order. */
export interface Parsers {
  readonly parsers: readonly Parser[]
  readonly writes: FieldTypes | 'open'
  /**
   * Writes what the text says and returns the parser that understood it; where none did, writes `message`, the tag
   * `_parse_failure` and where it stopped, and returns undefined. Without any parser the text is `message`, untagged.
   */
  parse(text: string, fields: Fields, reading?: Reading): Parser | undefined
  /** Set where lines may be headers of their file, as `isHeader` of a parser says; to be asked of every line before it is parsed. */
  isHeader?(text: string, reading: Reading | undefined): boolean
  /** Set where lines may be several events, as `split` of a parser says; to be asked of every line before it is parsed. */
  split?(text: string): readonly string[] | undefined
}

/** @throws SluiceError E_PARSE_PATTERN as `compileParser` does */
export function parsers(entries: readonly ParseEntry[]): Parsers {
  const compiled = entries.map(compileParser)
  const headed = compiled.filter(({ isHeader }) => isHeader !== undefined)
  const writeUnmatched = unmatchedWriter(
    compiled,
    entries.map(entry => ('pattern' in entry ? entry.pattern : undefined))
  )
  const splitting = compiled.find(({ split }) => split !== undefined)
  return {
    ...(splitting !== undefined && { split: text => splitting.split?.(text) }),
    ...(headed.length > 0 && { isHeader: (text, reading) => headed.some(parser => parser.isHeader?.(text, reading)) }),
    parsers: compiled,
    writes: unionOfTypes([
      { message: 'match_only_text', tags: 'keyword', ...unmatchedTypes },
      ...compiled.map(({ writes }) => writes)
    ]),
    parse(text, fields, reading) {
      for (const parser of compiled) if (parser.parse(text, fields, reading)) return parser
      fields.message = text
      if (compiled.length > 0) {
        addTag(fields, '_parse_failure')
        writeUnmatched(text, fields)
      }
      return undefined
    }
  }
}
