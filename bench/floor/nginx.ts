// The combined format of nginx, found by its blanks and quotes.

import { isUtf8 } from 'node:buffer'
import { isIP } from 'node:net'
import { unescape as percentDecode } from 'node:querystring'
import { quote, type Rest } from './document.ts'
import type { Format, Render } from './format.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export const nginx: Format = { render }

function render(dataset: string, rest: Rest): Render {
  const timestamp = timestamps()
  const event = `"event":{"dataset":"${dataset}","kind":"event","category":["web"],"type":["access"],"outcome":`
  return (line, start, end) => {
    const userAt = line.indexOf(' - ') + 3
    const timeAt = line.indexOf(' [', userAt) + 2
    const requestAt = line.indexOf('] "', timeAt) + 3
    const statusAt = line.indexOf('" ', requestAt) + 2
    const bytesAt = line.indexOf(' ', statusAt) + 1
    const referrerAt = line.indexOf(' "', bytesAt) + 2
    const agentAt = line.indexOf('" "', referrerAt) + 3
    const address = line.slice(0, userAt - 3)
    const user = line.slice(userAt, timeAt - 2)
    const status = line.slice(statusAt, bytesAt - 1)
    const isEscaped = line.includes('\\')
    const read = (from: number, to: number) => (isEscaped ? unescaped(line.slice(from, to)) : line.slice(from, to))
    const referrer = read(referrerAt, agentAt - 3)
    const agent = read(agentAt, line.length - 1)
    const [http, url] = request(read(requestAt, statusAt - 2))
    const ip = isIP(address) === 0 ? '' : `,"ip":"${address}"`
    const referred = referrer === '-' ? '' : `,"referrer":${quote(referrer)}`
    const asked = http.request + referred
    return (
      `{"@timestamp":"${timestamp(line.slice(timeAt, requestAt - 3))}",${event}"${status < '400' ? 'success' : 'failure'}"}` +
      `,"source":{"address":"${address}"${ip}}${user === '-' ? '' : `,"user":{"name":${quote(user)}}`}` +
      `,"http":{${asked === '' ? '' : `"request":{${asked.slice(1)}},`}${http.version}"response":{"status_code":${status},"body":{"bytes":${line.slice(bytesAt, referrerAt - 2)}}}}` +
      `${url}${agent === '-' ? '' : `,"user_agent":{"original":${quote(agent)}}`}${rest(start, end)}`
    )
  }
}

/** What a request line says: the fields of `http` before and beside its response, and `url`. */
function request(text: string): [http: { request: string; version: string }, url: string] {
  if (text === '-') return [{ request: '', version: '' }, '']
  const blank = text.indexOf(' ')
  const protocol = text.lastIndexOf(' HTTP/')
  if (protocol <= blank || blank === -1) return [{ request: '', version: '' }, `,"url":{"original":${quote(text)}}`]
  const method = text.slice(0, blank)
  return [
    { request: `,"method":"${method}"`, version: `"version":"${text.slice(protocol + 6)}",` },
    target(text.slice(blank + 1, protocol))
  ]
}

function target(text: string): string {
  const mark = text.indexOf('?')
  const path = decoded(mark === -1 ? text : text.slice(0, mark))
  const dot = path.lastIndexOf('.')
  const hasExtension = dot > path.lastIndexOf('/') && dot < path.length - 1
  const query = mark === -1 ? '' : `,"query":${quote(decoded(text.slice(mark + 1)))}`
  const extension = hasExtension ? `,"extension":${quote(path.slice(dot + 1))}` : ''
  return `,"url":{"original":${quote(text)},"path":${quote(path)}${query}${extension}}`
}

function decoded(text: string): string {
  return text.includes('%') ? percentDecode(text) : text
}

function unescaped(text: string): string {
  return text.replace(/(?:\\x[0-9A-Fa-f]{2})+/g, run => {
    const bytes = Buffer.from(run.replaceAll('\\x', ''), 'hex')
    return isUtf8(bytes) ? bytes.toString() : run
  })
}

/** `$time_local` in UTC; lines of one second stand together. */
function timestamps(): (text: string) => string {
  let lastText = ''
  let last = ''
  return text => {
    if (text === lastText) return last
    lastText = text
    const month = String(MONTHS.indexOf(text.slice(3, 6)) + 1).padStart(2, '0')
    const zone = `${text.slice(21, 24)}:${text.slice(24)}`
    last = new Date(`${text.slice(7, 11)}-${month}-${text.slice(0, 2)}T${text.slice(12, 20)}${zone}`).toISOString()
    return last
  }
}
