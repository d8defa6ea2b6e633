// Loguru as the producer of random records: a real one formats them.

import { compileParser } from '#parse'
import { python as interpreter } from '../programs/python.ts'
import { type Case, type Producer, TIMEZONE } from './logger-records.ts'
import { python } from './python.ts'

const { path } = await interpreter()

const FORMAT = `
import json, os, sys, time
os.environ['TZ'] = '${TIMEZONE}'
time.tzset()
from datetime import timedelta, timezone
from loguru import logger, _datetime, _recattrs
logger.remove()
logger.level('AUDIT', no=33)
out = []
for case in json.load(sys.stdin):
    values = case['record']
    def fill(record):
        record['time'] = _datetime.datetime.fromtimestamp(case['ms'] / 1000, timezone(timedelta(hours=9), 'KST'))
        for key in ('name', 'function', 'line', 'module', 'message'): record[key] = values[key]
        record['file'] = _recattrs.RecordFile('views.py', values['file.path'])
        record['process'] = _recattrs.RecordProcess(values['process'], values['process.name'])
        record['thread'] = _recattrs.RecordThread(values['thread'], values['thread.name'])
        record['extra']['user'] = values['extra[user]']
    lines = []
    sink = logger.add(lines.append, format=case['pattern'], level=0, diagnose=case['ms'] % 2 == 0, catch=False)
    exception = None
    if case['exception']:
        try:
            raise {'ValueError': ValueError, 'OSError': OSError}[case['exception']['type']](case['exception']['message'])
        except Exception as error:
            exception = error
    logger.patch(fill).opt(exception=exception).log(values['level'], '')
    logger.remove(sink)
    out.append(str(lines[0])[:-1])
print(json.dumps(out))
`

export const loguru: Producer = {
  attributes: {
    time: { field: '', kind: 'time', values: [0] },
    name: { field: 'log.logger', kind: 'text', values: ['root', '__main__', 'app.db.pool', '모니터링'] },
    level: {
      field: 'log.level',
      kind: 'level',
      values: ['TRACE', 'DEBUG', 'INFO', 'SUCCESS', 'WARNING', 'ERROR', 'CRITICAL']
    },
    message: { field: 'message', kind: 'message', values: [] },
    'file.path': { field: 'log.origin.file.name', kind: 'text', values: ['/srv/app/views.py', '/srv/my app/x.py'] },
    module: { field: 'loguru.module', kind: 'text', values: ['views', '<stdin>', '화면'] },
    function: { field: 'log.origin.function', kind: 'text', values: ['handle', '<module>', '__init__', '처리'] },
    line: { field: 'log.origin.file.line', kind: 'integer', values: [1, 42, 9999] },
    process: { field: 'process.pid', kind: 'integer', values: [1, 4711, 99_999] },
    'process.name': { field: 'process.name', kind: 'text', values: ['MainProcess', 'Process-1:2'] },
    thread: { field: 'process.thread.id', kind: 'integer', values: [7, 140_658_500_808_768] },
    'thread.name': { field: 'process.thread.name', kind: 'text', values: ['MainThread', 'Thread-1 (run)'] },
    'extra[user]': { field: 'labels.user', kind: 'text', values: ['kim', 'a1b2', '김'] }
  },
  times: [
    { pattern: 'YYYY-MM-DD HH:mm:ss.SSS', unitMs: 1 },
    { pattern: 'YYYY-MM-DDTHH:mm:ss.SSSSSSZZ', unitMs: 1 },
    { pattern: 'DD/MMM/YY hh:mm:ss A', unitMs: 1000 },
    { pattern: 'dddd D MMMM YYYY H:m:s zz', unitMs: 1000 },
    { pattern: 'ddd, MMM D YYYY HH:mm:ss.SS!UTC', unitMs: 10 },
    { pattern: '', unitMs: 1 },
    { pattern: 'X', unitMs: 1000 }
  ],
  exceptions: [
    { type: 'ValueError', message: 'bad: x' },
    { type: 'OSError', message: 'a\nb' }
  ],
  write({ attribute, width, isLeft, isCut, time }) {
    if (attribute === 'time') return `{time${time.pattern === '' ? '' : `:${time.pattern}`}}`
    if (width === 0) return `{${attribute}}`
    return `{${attribute}: ${isLeft ? '<' : '>'}${width}${isCut ? `.${width}` : ''}}`
  },
  escape: text => text.replace(/[{}]/g, '$&$&'),
  format: cases => python<string[]>(FORMAT, cases.map(withoutUndefined), path),
  compile: pattern => compileParser({ format: 'loguru', pattern, timezone: TIMEZONE })
}

function withoutUndefined(made: Case): object {
  return { ...made, exception: made.exception ?? null }
}
