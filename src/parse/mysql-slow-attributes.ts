// What the head of an entry of the slow query log may say, by the names that MySQL, Percona Server and MariaDB have for it,
// and the fields of Elastic's integration that it becomes.

import type { FieldTypes } from '#record'
import { iso8601, timestamps } from '#time'
import { setter, type Values } from './values.ts'

export interface Attribute {
  readonly field: string
  readonly type: 'long' | 'double' | 'boolean' | 'keyword' | 'date'
  /** Writes a value and returns true; what does not fit is not written. */
  write(values: Values, text: string): boolean
}

const whole = (field: string, scale = 1): Attribute => {
  const put = setter(field)
  return {
    field,
    type: 'long',
    write(values, text) {
      const value = Math.round(Number(text) * scale)
      if (!/^\d+(?:\.\d+)?$/.test(text) || !Number.isSafeInteger(value)) return false
      put(values, value)
      return true
    }
  }
}
const seconds = (field: string): Attribute => {
  const put = setter(field)
  return {
    field,
    type: 'double',
    write(values, text) {
      if (!/^\d+(?:\.\d+)?$/.test(text)) return false
      put(values, Number(text))
      return true
    }
  }
}
const flag = (field: string): Attribute => {
  const put = setter(field)
  return {
    field,
    type: 'boolean',
    write(values, text) {
      if (text !== 'Yes' && text !== 'No') return false
      put(values, text === 'Yes')
      return true
    }
  }
}
const text = (field: string): Attribute => {
  const put = setter(field)
  return {
    field,
    type: 'keyword',
    write(values, value) {
      put(values, value)
      return true
    }
  }
}
const date = (field: string): Attribute => {
  const put = setter(field)
  const timestamp = timestamps(iso8601)
  return {
    field,
    type: 'date',
    write(values, value) {
      const at = timestamp(value)
      if (at !== undefined) put(values, at)
      return at !== undefined
    }
  }
}

const SAME =
  'rows_sent rows_examined rows_affected bytes_sent bytes_received killed last_errno merge_passes tmp_tables tmp_disk_tables tmp_table_sizes read_first read_last read_key read_next read_prev read_rnd read_rnd_next sort_merge_passes sort_range_count sort_rows sort_scan_count log_slow_rate_limit'.split(
    ' '
  )
const FLAGS = 'filesort filesort_on_disk full_join full_scan priority_queue tmp_table tmp_table_on_disk'.split(' ')
const log = (name: string): string => `mysql.slowlog.${name}`

/** By name in lower case. */
export const ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  ...SAME.map(name => [name, whole(log(name))] as const),
  ...FLAGS.map(name => [name, flag(log(name))] as const),
  ['query_time', whole('event.duration', 1e9)],
  ['lock_time', seconds(log('lock_time.sec'))],
  ['errno', whole(log('last_errno'))],
  ['created_tmp_tables', whole(log('tmp_tables'))],
  ['created_tmp_disk_tables', whole(log('tmp_disk_tables'))],
  ['thread_id', whole('mysql.thread_id')],
  ['schema', text(log('schema'))],
  ['qc_hit', flag(log('query_cache_hit'))],
  ['log_slow_rate_type', text(log('log_slow_rate_type'))],
  ['innodb_trx_id', text(log('innodb.trx_id'))],
  ['innodb_io_r_ops', whole(log('innodb.io_r_ops'))],
  ['innodb_io_r_bytes', whole(log('innodb.io_r_bytes'))],
  ['innodb_io_r_wait', seconds(log('innodb.io_r_wait.sec'))],
  ['innodb_rec_lock_wait', seconds(log('innodb.rec_lock_wait.sec'))],
  ['innodb_queue_wait', seconds(log('innodb.queue_wait.sec'))],
  ['innodb_pages_distinct', whole(log('innodb.pages_distinct'))],
  ['start', date('event.start')],
  ['end', date('event.end')]
])

export const mysqlSlowTypes = {
  ...(Object.fromEntries([...ATTRIBUTES.values()].map(({ field, type }) => [field, type])) as FieldTypes),
  '@timestamp': 'date',
  'event.category': 'keyword',
  'event.kind': 'keyword',
  'event.type': 'keyword',
  'mysql.slowlog.current_user': 'keyword',
  'mysql.slowlog.other': 'flattened',
  'mysql.slowlog.query': 'wildcard',
  'mysql.slowlog.schema': 'keyword',
  'mysql.thread_id': 'long',
  'source.domain': 'keyword',
  'source.ip': 'ip',
  'user.name': 'keyword'
} as const satisfies FieldTypes
