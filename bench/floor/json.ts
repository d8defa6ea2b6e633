// Lines of pino: one JSON object each, of which some keys have a place in ECS and all others stay where they are.

import { quote, type Rest } from './document.ts'
import type { Format, Render } from './format.ts'

const LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' }

/** The keys of a line that have a place of their own. */
interface Line {
  readonly level: number
  readonly time: number
  readonly pid: number
  readonly hostname: string
  readonly name: string
  readonly msg: string
  readonly err?: { readonly type: string; readonly message: string; readonly stack: string; readonly code: string }
}

export const json: Format = { render }

function render(dataset: string, rest: Rest): Render {
  const event = `"event":{"dataset":"${dataset}"},"message":`
  return (record, start, end) => {
    const { level, time, pid, hostname, name, msg, err, ...others } = JSON.parse(record) as Line
    const error = err === undefined ? '' : errorOf(err)
    const logged = `"level":"${LEVELS[level]}","logger":${quote(name)},`
    return (
      `{"@timestamp":"${new Date(time).toISOString()}",${event}${quote(msg)},"process":{"pid":${pid}}${error},` +
      JSON.stringify(others).slice(1, -1) +
      rest(start, end, logged, `,"hostname":${quote(hostname)}`)
    )
  }
}

function errorOf({ type, message, stack, code }: NonNullable<Line['err']>): string {
  return `,"error":${JSON.stringify({ type, message, stack_trace: stack, code })}`
}
