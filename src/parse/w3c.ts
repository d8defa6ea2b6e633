// Logs in the Extended Log File Format of the W3C, as IIS writes them: header lines say which values the lines behind them
// hold. A header holds for its file alone, up to the next one; it makes no document.

import Type, { type Static } from 'typebox'
import type { Mismatch } from '#pattern'
import type { Reading } from '#time'
import { accessEvent, accessEventTypes } from './http.ts'
import { closed, type Parser } from './parser.ts'
import type { Values } from './values.ts'
import { type Columns, columnsOf, w3cTypes } from './w3c-columns.ts'

/** What IIS writes where nobody has chosen. */
const IIS =
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken'

export const schema = Type.Object(
  {
    format: Type.Literal('w3c', { description: 'Logs in the Extended Log File Format of the W3C.' }),
    fields: Type.Optional(
      Type.String({
        minLength: 1,
        description: `The \`#Fields\` of the log, for lines before which no header was read: the first ones after a start in the middle of a file, and dead letters that are replayed. Where it is left out, those lines are not taken. For IIS as it is installed: \`${IIS}\`.`
      })
    )
  },
  {
    additionalProperties: false,
    description:
      'Lines of IIS and others in the Extended Log File Format, by the `#Fields` lines in them. Those lines are passed over and counted. Times are UTC. Values that ECS and Elastic’s integration have no field for become `w3c.fields`.'
  }
)
export type Options = Static<typeof schema>

/** What the header lines of one file have said so far. */
interface Header {
  columns: Columns | undefined
  date: string | undefined
}

/** A parser for lines under headers. */
export function w3c({ fields }: Options): Parser {
  const compile = remembered()
  const given = fields === undefined ? undefined : compile(fields)
  const headers = new WeakMap<Reading, Header>()
  const headerOf = (reading: Reading | undefined): Header =>
    (reading && headers.get(reading)) ?? { columns: given, date: undefined }
  const read = (text: string, values: Values | undefined, header: Header): Mismatch | undefined => {
    if (text.startsWith('#')) return { column: 0, expected: 'a line of values' }
    if (header.columns === undefined)
      return { column: 0, expected: 'a line "#Fields: …" before it, or the option "fields"' }
    return header.columns(text, values, header.date)
  }
  return {
    ...closed({
      format: 'w3c',
      always: accessEvent,
      writes: { ...accessEventTypes, ...w3cTypes },
      read(text, values, reading) {
        if (read(text, values, headerOf(reading)) !== undefined) return false
        return true
      },
      mismatch: text => read(text, undefined, headerOf(undefined)) ?? { column: text.length, expected: 'the end' }
    }),
    isHeader(text, reading) {
      const said = text.startsWith('#') ? /^#(\w+): ?(.*)$/.exec(text) : null
      if (said === null || reading === undefined) return said !== null
      const header = headerOf(reading)
      if (said[1] === 'Fields') header.columns = compile(said[2] ?? '')
      if (said[1] === 'Date') header.date = said[2]?.slice(0, 10)
      headers.set(reading, header)
      reading.hasHeader = true
      return true
    }
  }
}

/** Headers are written again and again, and say the same. */
function remembered(): (fields: string) => Columns {
  let last = ''
  let columns: Columns | undefined
  return fields => {
    if (columns === undefined || fields !== last) columns = columnsOf(fields)
    last = fields
    return columns
  }
}
