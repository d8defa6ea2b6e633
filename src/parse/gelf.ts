// Messages of GELF, one JSON object each: what the format names goes where ECS has it, and what a sender adds, which begins
// with an underscore, becomes labels. See "GELF Payload Specification" of Graylog's documentation.

import Type, { type Static } from 'typebox'
import { type Fields, isFields, type Value } from '#record'
import { epochSeconds, timestamps } from '#time'
import { jsonMismatch } from './json-mismatch.ts'
import { readObject } from './json-object.ts'
import type { Parser } from './parser.ts'
import { own } from './place.ts'
import { put, writeLabel } from './record-fields.ts'
import { LEVELS } from './syslog-fields.ts'

export const schema = Type.Object(
  { format: Type.Literal('gelf', { description: 'Messages of the Graylog Extended Log Format.' }) },
  {
    additionalProperties: false,
    description:
      'Messages of GELF, as Docker’s `gelf` driver and Graylog’s appenders send them. Additional fields such as `_user` become `labels.user`.'
  }
)
export type Options = Static<typeof schema>

/** Those that say nothing else are `labels`. */
const FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['facility', ['gelf', 'facility']],
  ['file', ['log', 'origin', 'file', 'name']],
  ['full_message', ['gelf', 'full_message']],
  ['host', ['host', 'hostname']],
  ['version', ['gelf', 'version']]
])

export function gelf(_: Options): Parser {
  const timestamp = timestamps(epochSeconds)
  return {
    format: 'gelf',
    writes: 'open',
    parse(line, fields) {
      const message = readObject(line, true)
      const text = message && own(message, 'short_message')
      if (message === undefined || typeof text !== 'string') return false
      fields.message = text
      const at = timestamp(String(own(message, 'timestamp')))
      if (at !== undefined) fields['@timestamp'] = at
      for (const name of Object.keys(message)) {
        if (name !== 'short_message' && (name !== 'timestamp' || at === undefined))
          write(fields, name, message[name] ?? null)
      }
      return true
    },
    mismatch: line =>
      readObject(line) === undefined
        ? jsonMismatch(line)
        : { column: 0, expected: 'a message of GELF, {"version": "1.1", "short_message": "…", …}' }
  }
}

function write(fields: Fields, name: string, value: Value): void {
  const path = FIELDS.get(name)
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN
  if (name === 'level' && LEVELS[number] !== undefined) {
    put(fields, ['log', 'level'], LEVELS[number])
    put(fields, ['event', 'severity'], number)
  } else if (name === 'line' && Number.isSafeInteger(number)) put(fields, ['log', 'origin', 'file', 'line'], number)
  else if (path !== undefined && value !== null && !isFields(value)) put(fields, path, String(value))
  else writeLabel(fields, name.replace(/^_/, ''), value)
}
