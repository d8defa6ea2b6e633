// Turns a JSON log line into one that a person reads: time in UTC, level, sentence, then what it is about. Names of files
// come from outside, so nothing of them reaches the terminal as a control character.

import type { DestinationStream } from 'pino'

/** A destination for pino that writes readable lines to `output`. */
export function readable(output: { write(text: string): unknown }): DestinationStream {
  return {
    write(line) {
      const { '@timestamp': time, 'log.level': level, message, ...about } = JSON.parse(line) as Record<string, unknown>
      const details = Object.entries(about).map(([name, value]) => ` ${name}=${valueText(value)}`)
      const gap = details.length > 0 ? ' ' : ''
      output.write(`${String(time).slice(11)} ${String(level).padEnd(5)} ${message}${gap}${details.join('')}\n`)
    }
  }
}

/** As it is where that is plain, else as JSON. Of an error only its message. */
function valueText(value: unknown): string {
  const isError = typeof value === 'object' && value !== null && 'message' in value
  const plain = isError ? value.message : value
  const isPlain = typeof plain === 'string' && plain !== '' && !/[\s"=\p{C}]/u.test(plain)
  return isPlain ? plain : escapeControls(JSON.stringify(plain))
}

/** JSON escapes control characters below 32 only. */
function escapeControls(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, character =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
    ).join('')
  )
}
