// Writes a record of Python's logging as a Formatter of the sender would have: handlers that send records do not use theirs.
// See Formatter.format of CPython's logging.

import type { Fields } from '#record'
import { strftime } from '#time'
import { formatted } from '#wire'
import { own } from './place.ts'
import { readFormat, type Style, styleOf } from './python-logging-format.ts'

interface FormatterOptions {
  readonly pattern?: string
  readonly style?: Style
  readonly datefmt?: string
  readonly timezone?: string
}

/**
 * The text of a record without its traceback; undefined for one for which the Formatter would have failed. Without a pattern
 * there is no Formatter.
 * @throws SluiceError E_PARSE_PATTERN for what is no format; E_PARSE_OPTION for a wrong zone
 */
export function pythonFormatter({
  pattern,
  style,
  datefmt,
  timezone
}: FormatterOptions): ((record: Fields) => string | undefined) | undefined {
  if (pattern === undefined) return undefined
  const ownStyle = style ?? styleOf(pattern)
  const { literals, fields } = readFormat(pattern, ownStyle)
  const clock = strftime(datefmt || '%Y-%m-%d %H:%M:%S', timezone)
  const asctime = (record: Fields): string | undefined => {
    const created = own(record, 'created')
    if (typeof created !== 'number' || !(Math.abs(created) < 1e11)) return undefined
    const text = clock(Math.floor(created) * 1000)
    return datefmt ? text : `${text},${milliseconds(record, created)}`
  }
  return record => {
    let text = literals[0] ?? ''
    for (const [i, { attribute, written }] of fields.entries()) {
      const value = attribute === 'asctime' ? asctime(record) : own(record, attribute)
      const field = value === undefined ? undefined : formatted(written, ownStyle, attribute, value)
      if (field === undefined) return undefined
      text += field + (literals[i + 1] ?? '')
    }
    return text
  }
}

function milliseconds(record: Fields, created: number): string {
  const said = own(record, 'msecs')
  const ms = typeof said === 'number' ? said : (created % 1) * 1000
  return String(Math.trunc(ms)).padStart(3, '0')
}
