// Turns a JSON log line into one that a person reads: time, level, sentence, then what it is about.

import type { DestinationStream } from 'pino'

/** A destination for pino that writes readable lines to `output`. */
export function readable(output: { write(text: string): unknown }): DestinationStream {
  return {
    write(line) {
      const { '@timestamp': time, 'log.level': level, message, ...about } = JSON.parse(line) as Record<string, unknown>
      const details = Object.entries(about).map(
        ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`
      )
      output.write(
        `${String(time).slice(11, 23)} ${String(level).padEnd(5)} ${message}${details.length > 0 ? `  ${details.join(' ')}` : ''}\n`
      )
    }
  }
}
