// Lines that are JSON objects, whichever logger wrote them. Time, level, message, logger and error go where ECS has them;
// everything else stays under its own name, and nothing of a line is lost.

import Type, { type Static } from 'typebox'
import { jsonMismatch } from './json-mismatch.ts'
import { readObject } from './json-object.ts'
import { createShapes } from './json-shapes.ts'
import { splitJson } from './json-split.ts'
import type { Parser } from './parser.ts'
import { roleOptions, roleWriter, timestampReader } from './roles.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('json', { description: 'JSON objects, one in each line.' }),
    ...roleOptions(
      'The key of the event’s time, dotted or not. Where it is left out: the first of `@timestamp`, `timestamp`, `time`, `ts`, `datetime`, `date` and `asctime` that holds ISO 8601 or a time since 1970, in whichever unit.'
    )
  },
  {
    additionalProperties: false,
    description:
      'Lines that are JSON objects, of pino, bunyan, winston, structlog, python-json-logger, ECS loggers and others. Dotted keys become objects. What cannot stand where it is, because of what a document holds already, is put under `json`. Objects nested deeper than Elasticsearch maps are kept as text. A line of several objects, with blanks or commas between them, becomes a document for each.'
  }
)
export type Options = Static<typeof schema>

/**
 * A parser for lines of JSON.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function json({ timeKey, timezone, target }: Options): Parser {
  const write = roleWriter({ timeKey, timezone, target })
  return {
    format: 'json',
    writes: 'open',
    parse(text, fields) {
      const object = readObject(text)
      if (object === undefined) return false
      write(fields, object)
      return true
    },
    split: splitJson,
    ...(timeKey?.includes('.') !== true && { shapes: createShapes({ timeKey, timestamp: timestampReader(timezone) }) }),
    mismatch: jsonMismatch
  }
}
