// What PostgreSQL logs of a message, by the names that its jsonlog has for it, and the fields that it becomes.

import { isIP } from 'node:net'
import type { FieldTypes } from '#record'
import { epochSeconds, strptime, timestamps, type Zone } from '#time'
import { type Setter, settersOf, type Values } from './values.ts'

export const postgresqlTypes = {
  '@timestamp': 'date',
  'destination.address': 'keyword',
  'destination.ip': 'ip',
  'event.category': 'keyword',
  'event.duration': 'long',
  'event.kind': 'keyword',
  'event.type': 'keyword',
  'log.level': 'keyword',
  message: 'match_only_text',
  'postgresql.log.application_name': 'keyword',
  'postgresql.log.backend_type': 'keyword',
  'postgresql.log.command_tag': 'keyword',
  'postgresql.log.context': 'keyword',
  'postgresql.log.cursor_position': 'long',
  'postgresql.log.database': 'keyword',
  'postgresql.log.detail': 'keyword',
  'postgresql.log.hint': 'keyword',
  'postgresql.log.internal_query': 'keyword',
  'postgresql.log.internal_query_pos': 'long',
  'postgresql.log.leader_pid': 'long',
  'postgresql.log.location': 'keyword',
  'postgresql.log.query': 'wildcard',
  'postgresql.log.query_id': 'keyword',
  'postgresql.log.query_name': 'keyword',
  'postgresql.log.query_step': 'keyword',
  'postgresql.log.session_id': 'keyword',
  'postgresql.log.session_line_number': 'long',
  'postgresql.log.session_start_time': 'date',
  'postgresql.log.sql_state_code': 'keyword',
  'postgresql.log.transaction_id': 'long',
  'postgresql.log.virtual_transaction_id': 'keyword',
  'process.pid': 'long',
  'source.address': 'keyword',
  'source.ip': 'ip',
  'source.port': 'long',
  'user.name': 'keyword'
} as const satisfies FieldTypes
const set = settersOf(postgresqlTypes)

export interface Column {
  /** Whether a text can be its value, where not every text can. */
  readonly fits?: (text: string) => boolean
  /** Writes a value; of an empty one, which stands for none, nothing. */
  write(values: Values, text: string): void
}
export type Columns = ReadonlyMap<string, Column>

const keyword = (put: Setter): Column => ({ write: (values, text) => text !== '' && put(values, text) })
const long = (put: Setter): Column => ({
  fits: text => /^-?\d*$/.test(text),
  write: (values, text) => /^-?\d{1,15}$/.test(text) && put(values, Number(text))
})

/** @param here zone of the names of zones that are not UTC */
export function columnsOf(here: Zone): Columns {
  const timestamp = timestamps(strptime('%Y-%m-%d %H:%M:%S.%f %Z', here).read)
  const second = timestamps(strptime('%Y-%m-%d %H:%M:%S %Z', here).read)
  const epoch = timestamps(epochSeconds)
  const time = (text: string) => timestamp(text) ?? second(text) ?? epoch(text)
  const date = (put: Setter, isNeeded: boolean): Column => ({
    fits: text => (text === '' ? !isNeeded : time(text) !== undefined),
    write(values, text) {
      const at = time(text)
      if (at !== undefined) put(values, at)
    }
  })
  return new Map<string, Column>([
    ['timestamp', date(set['@timestamp'], true)],
    ['session_start', date(set['postgresql.log.session_start_time'], false)],
    ['user', keyword(set['user.name'])],
    ['dbname', keyword(set['postgresql.log.database'])],
    ['pid', long(set['process.pid'])],
    ['remote_host', { write: writeClient }],
    ['remote_port', long(set['source.port'])],
    ['connection', { write: writeConnection }],
    ['local_host', { write: writeServer }],
    ['session_id', keyword(set['postgresql.log.session_id'])],
    ['line_num', long(set['postgresql.log.session_line_number'])],
    ['ps', keyword(set['postgresql.log.command_tag'])],
    ['vxid', keyword(set['postgresql.log.virtual_transaction_id'])],
    ['txid', long(set['postgresql.log.transaction_id'])],
    ['error_severity', { write: writeSeverity }],
    ['state_code', keyword(set['postgresql.log.sql_state_code'])],
    ['message', keyword(set.message)],
    ['detail', keyword(set['postgresql.log.detail'])],
    ['hint', keyword(set['postgresql.log.hint'])],
    ['internal_query', keyword(set['postgresql.log.internal_query'])],
    ['internal_position', long(set['postgresql.log.internal_query_pos'])],
    ['context', keyword(set['postgresql.log.context'])],
    ['statement', keyword(set['postgresql.log.query'])],
    ['cursor_position', long(set['postgresql.log.cursor_position'])],
    ['location', keyword(set['postgresql.log.location'])],
    ['application_name', keyword(set['postgresql.log.application_name'])],
    ['backend_type', keyword(set['postgresql.log.backend_type'])],
    ['leader_pid', long(set['postgresql.log.leader_pid'])],
    ['query_id', keyword(set['postgresql.log.query_id'])]
  ])
}

function writeClient(values: Values, text: string): void {
  if (text === '') return
  set['source.address'](values, text)
  if (isIP(text) !== 0 && !text.includes('%')) set['source.ip'](values, text)
}

/** `192.0.2.1:51234` of csvlog, or `192.0.2.1(51234)` of a prefix. */
function writeConnection(values: Values, text: string): void {
  const found = /^(.*?)(?::(\d{1,5})|\((\d{1,5})\))$/.exec(text)
  writeClient(values, found?.[1] ?? text)
  const port = found?.[2] ?? found?.[3]
  if (port !== undefined) set['source.port'](values, Number(port))
}

function writeServer(values: Values, text: string): void {
  if (text === '') return
  set['destination.address'](values, text)
  if (isIP(text) !== 0) set['destination.ip'](values, text)
}

const DATABASE = ['database']
const INFO = ['info']
const ERROR = ['error']

function writeSeverity(values: Values, text: string): void {
  set['log.level'](values, text.toLowerCase())
  set['event.kind'](values, 'event')
  set['event.category'](values, DATABASE)
  set['event.type'](values, text === 'ERROR' || text === 'FATAL' || text === 'PANIC' ? ERROR : INFO)
}

/** See log_duration, log_min_duration_statement and log_statement of PostgreSQL. */
const STATEMENT =
  /^(?:duration: (?<ms>\d{1,12}\.\d{3}) ms(?: {2}(?=[a-z])|$)|(?=statement: |execute ))(?:(?<step>statement|parse|bind|execute fetch from|execute|fastpath function call)(?: (?:<unnamed>|(?<name>[^\n:]+)))?: (?<query>.*))?$/s

/** Writes the statement that a message logs, and how long it took. */
export function writeStatement(values: Values, message: string): void {
  const { ms, step, name, query } = STATEMENT.exec(message)?.groups ?? {}
  if (ms !== undefined) set['event.duration'](values, Math.round(Number(ms) * 1000) * 1000)
  if (step !== undefined) set['postgresql.log.query_step'](values, step)
  if (name !== undefined) set['postgresql.log.query_name'](values, name)
  if (query !== undefined) set['postgresql.log.query'](values, query)
}
