// The attributes of Python's log records: what each looks like in a line and where ECS has a place for it. Those that ECS
// has no place for become `python.<name>`; what an application adds by `extra=` becomes `labels.<name>`, as keywords.
// See "LogRecord attributes" of Python's logging.

import type { FieldType } from '#record'
import { type Attribute, integer, text } from './logger-attributes.ts'

const optional = (field: string, typical: string): Attribute => ({ ...text(field, typical), isOptional: true })
const decimal = (field: string): Attribute => ({ kind: 'decimal', field, type: 'double' })

/** By the names that LogRecord has for them. */
const ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>(
  Object.entries({
    asctime: { kind: 'time', field: 'python.asctime', type: 'keyword' },
    created: decimal('python.created'),
    filename: text('log.origin.file.name', 'my-app.py'),
    funcName: text('log.origin.function', 'handle'),
    levelname: { kind: 'level', field: 'log.level', type: 'keyword' },
    levelno: integer('event.severity'),
    lineno: integer('log.origin.file.line'),
    message: { kind: 'text', field: 'message', type: 'match_only_text' },
    module: text('python.module', 'views'),
    msecs: decimal('python.msecs'),
    name: text('log.logger', 'my-app.db'),
    pathname: text('python.pathname', 'C:\\srv\\my-app\\views.py'),
    process: integer('process.pid'),
    processName: optional('process.name', 'Process-1:1'),
    relativeCreated: decimal('python.relative_created'),
    taskName: optional('python.task_name', 'Task-1'),
    thread: integer('process.thread.id'),
    threadName: optional('process.thread.name', 'Thread-1 (run)')
  } satisfies Record<string, Attribute>)
)

/** Where an attribute of a log record goes; undefined for what LogRecord does not have. */
export function fieldOf(name: string): { readonly field: string; readonly type: FieldType } | undefined {
  return ATTRIBUTES.get(name)
}

/**
 * What is known of an attribute; all that LogRecord does not have are taken for an application's own.
 * @param names the names of all attributes of the format
 */
export function attributeOf(name: string, names: ReadonlySet<string>): Attribute {
  if (name === 'pathname' && !names.has('filename')) return text('log.origin.file.name', 'C:\\srv\\my-app\\views.py')
  const label = `labels.${name.replaceAll('.', '_')}`
  return ATTRIBUTES.get(name) ?? { kind: 'any', field: label, type: 'keyword', typical: 'ab' }
}
