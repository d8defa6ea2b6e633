// The slow query log of MySQL, Percona Server and MariaDB. An entry is of several lines, joined by `multiline`; what its head
// says is kept whole, known or not.

import { isIP } from 'node:net'
import Type, { type Static } from 'typebox'
import type { Fields } from '#record'
import { epochSeconds, looseIso8601, strptime, timestamps, timezoneDescription, type Zone, zone } from '#time'
import { ATTRIBUTES, mysqlSlowTypes } from './mysql-slow-attributes.ts'
import { closed, type Parser } from './parser.ts'
import { settersOf, type Values } from './values.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('mysql-slow', { description: 'The slow query log of MySQL.' }),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  {
    additionalProperties: false,
    description:
      'Entries of the slow query log of MySQL, Percona Server and MariaDB, which `"multiline": { "preset": "mysql-slow" }` joins. The time is that at which the query began.'
  }
)
export type Options = Static<typeof schema>

const set = settersOf(mysqlSlowTypes)

const HEAD =
  /^(?:# Time: (?<time>[^\n]*)\n)?# User@Host: (?<who>[^\n]*)(?<rest>(?:\n#(?! administrator command:)[^\n]*)*)\n?(?:use (?<schema>[^\n;]*);\n)?(?:SET timestamp=(?<start>\d{1,12}(?:\.\d{1,9})?);(?:\n|$))?(?<query>.*)$/s
const WHO =
  /^(?<user>[^\n[]*?)(?:\[(?<current>[^\]]*)\])? @ (?<host>\S*) ?\[(?<ip>[^\]]*)\](?:\s+Id:\s*(?<id>\d{1,15}))?\s*$/
const DATABASE = ['database']
const INFO = ['info']

/**
 * A parser for entries of the slow query log.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function mysqlSlow({ timezone }: Options): Parser {
  const timeOf = entryTime(zone(timezone))
  return closed({
    format: 'mysql-slow',
    writes: mysqlSlowTypes,
    read(text, values) {
      const head = HEAD.exec(text)?.groups
      const who = WHO.exec(head?.who ?? '')?.groups
      if (head === undefined || who === undefined) return false
      const at = timeOf(head.start, head.time)
      if (at !== undefined) set['@timestamp'](values, at)
      writeWho(values, who)
      writeAttributes(values, head.rest ?? '')
      if (head.schema !== undefined) set['mysql.slowlog.schema'](values, head.schema.replaceAll('`', ''))
      const query = (head.query ?? '').trimEnd()
      if (query !== '') set['mysql.slowlog.query'](values, query)
      set['event.kind'](values, 'event')
      set['event.category'](values, DATABASE)
      set['event.type'](values, INFO)
      return true
    },
    mismatch(text) {
      const time = /^# Time: [^\n]*\n?/.exec(text)?.[0] ?? ''
      const isUser = text.startsWith('# User@Host: ', time.length)
      const expected = isUser ? 'a user such as root[root] @ localhost []' : '"# Time: " or "# User@Host: "'
      return { column: time.length + (isUser ? 13 : 0), expected }
    }
  })
}

/** By `SET timestamp`, which says when the query began, or else by `# Time`, which says when it was logged. */
function entryTime(here: Zone): (start: string | undefined, time: string | undefined) => string | undefined {
  const epoch = timestamps(epochSeconds)
  const iso = timestamps(looseIso8601(here))
  const short = timestamps(strptime('%y%m%d %k:%M:%S', here).read)
  return (start, time = '') => {
    if (start !== undefined) return epoch(start)
    const text = time.trim()
    return iso(text) ?? short(text)
  }
}

function writeWho(
  values: Values,
  { user = '', current = '', host = '', ip = '', id }: Readonly<Record<string, string | undefined>>
): void {
  if (user !== '') set['user.name'](values, user)
  if (current !== '') set['mysql.slowlog.current_user'](values, current)
  if (host !== '') set['source.domain'](values, host)
  if (isIP(ip) !== 0) set['source.ip'](values, ip)
  if (id !== undefined) set['mysql.thread_id'](values, Number(id))
}

/** Writes lines such as `# Query_time: 2.4  Lock_time: 0.0`. */
function writeAttributes(values: Values, lines: string): void {
  const other: Fields = {}
  for (const line of lines.split('\n')) {
    if (/^# (?:No |explain:)/.test(line)) {
      if (line.startsWith('# explain:')) other.explain = [other.explain ?? [], line.slice(10).trim()].flat()
      continue
    }
    for (const [, key = '', value = ''] of line.matchAll(/(?<!\w)(\w{1,64}): {0,3}((?!\w{1,64}: )\S+)?/g)) {
      const known = ATTRIBUTES.get(key.toLowerCase())
      if (value !== '' && known?.write(values, value) !== true) other[key] = value
    }
  }
  if (Object.keys(other).length > 0) set['mysql.slowlog.other'](values, other)
}
