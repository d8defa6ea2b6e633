// What becomes of the entries of slow query logs, as MySQL, Percona Server and MariaDB write them.

import { expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const parser = compileParser({ format: 'mysql-slow', timezone: '+09:00' })

function parse(...lines: string[]): Fields | undefined {
  const fields: Fields = {}
  return parser.parse(lines.join('\n'), fields) ? fields : undefined
}
const event = { kind: 'event', category: ['database'], type: ['info'] }

test('MySQL 8, with log_slow_extra', () => {
  expect(
    parse(
      '# Time: 2026-11-20T14:11:55.811234Z',
      '# User@Host: root[root] @ localhost [127.0.0.1]  Id:    14',
      '# Query_time: 2.631844  Lock_time: 0.000145 Rows_sent: 10  Rows_examined: 3145718 Thread_id: 16 Errno: 0 Killed: 0 Bytes_received: 0 Bytes_sent: 312 Created_tmp_tables: 1 Start: 2026-11-20T14:11:52.082107Z End: 2026-11-20T14:11:55.713951Z',
      'use employees;',
      'SET timestamp=1795183912;',
      'SELECT last_name',
      '',
      '    FROM employees;'
    )
  ).toEqual({
    '@timestamp': '2026-11-20T14:11:52.000Z',
    event: { ...event, duration: 2_631_844_000, start: '2026-11-20T14:11:52.082Z', end: '2026-11-20T14:11:55.713Z' },
    mysql: {
      slowlog: {
        bytes_received: 0,
        bytes_sent: 312,
        current_user: 'root',
        killed: 0,
        last_errno: 0,
        lock_time: { sec: 0.000145 },
        query: 'SELECT last_name\n\n    FROM employees;',
        rows_examined: 3145718,
        rows_sent: 10,
        schema: 'employees',
        tmp_tables: 1
      },
      thread_id: 16
    },
    source: { domain: 'localhost', ip: '127.0.0.1' },
    user: { name: 'root' }
  })
})

test('Percona Server, with values that are missing and others that nobody knows', () => {
  expect(
    parse(
      '# Time: 2026-01-21T06:36:03.868128Z',
      '# User@Host: exporter[exporter] @  [192.168.123.123]  Id: 14370752',
      '# Schema:   Last_errno: 1370  Killed: 0',
      '# Query_time: 0.050365  Lock_time: 0.010733  Rows_sent: 16  Rows_examined: 3146  Rows_affected: 0',
      '# InnoDB_trx_id: 69BB9C7F9',
      '# QC_Hit: No  Full_scan: Yes  New_thing: 7',
      '#   InnoDB_IO_r_ops: 9744  InnoDB_IO_r_wait: 0.883446',
      '# No InnoDB statistics available for this query',
      '# Log_slow_rate_type: query  Log_slow_rate_limit: 100',
      'SELECT 1;'
    )
  ).toEqual({
    '@timestamp': '2026-01-21T06:36:03.868Z',
    event: { ...event, duration: 50_365_000 },
    mysql: {
      slowlog: {
        current_user: 'exporter',
        full_scan: true,
        innodb: { io_r_ops: 9744, io_r_wait: { sec: 0.883446 }, trx_id: '69BB9C7F9' },
        killed: 0,
        last_errno: 1370,
        lock_time: { sec: 0.010733 },
        log_slow_rate_limit: 100,
        log_slow_rate_type: 'query',
        other: { New_thing: '7' },
        query: 'SELECT 1;',
        query_cache_hit: false,
        rows_affected: 0,
        rows_examined: 3146,
        rows_sent: 16
      },
      thread_id: 14370752
    },
    source: { ip: '192.168.123.123' },
    user: { name: 'exporter' }
  })
})

test('MariaDB, with a short time and an explanation', () => {
  expect(
    parse(
      '# Time: 261120  3:11:52',
      '# User@Host: root[root] @ localhost []',
      '# Thread_id: 37  Schema: employees  QC_hit: No',
      '# Query_time: 2.461578  Lock_time: 0.000196  Rows_sent: 10  Rows_examined: 3145718',
      '# explain: id select_type table',
      '# explain: 1 SIMPLE employees',
      '#',
      'select sleep(2);'
    )
  ).toMatchObject({
    '@timestamp': '2026-11-19T18:11:52.000Z',
    mysql: {
      slowlog: {
        schema: 'employees',
        query_cache_hit: false,
        other: { explain: ['id select_type table', '1 SIMPLE employees'] },
        query: 'select sleep(2);'
      },
      thread_id: 37
    }
  })
})

test('an old server that leaves out the time, and a command that is no statement', () => {
  expect(
    parse(
      '# User@Host: debian-sys-maint[debian-sys-maint] @ localhost []',
      '# Query_time: 0.000153  Lock_time: 0.000061 Rows_sent: 1  Rows_examined: 5',
      'SET timestamp=1795183912;',
      '# administrator command: Quit;'
    )
  ).toMatchObject({
    '@timestamp': '2026-11-20T14:11:52.000Z',
    mysql: { slowlog: { query: '# administrator command: Quit;' } }
  })
})

test.each([
  ['hello', 0, '"# Time: " or "# User@Host: "'],
  ['# Time: 261120  3:11:52\nx', 24, '"# Time: " or "# User@Host: "'],
  ['# User@Host: root', 13, 'a user such as root[root] @ localhost []']
])('%j says where it stopped', (line, column, expected) => {
  expect(parse(line)).toBeUndefined()
  expect(parser.mismatch(line)).toEqual({ column, expected })
})
