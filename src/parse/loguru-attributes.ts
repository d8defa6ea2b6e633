// The parts of Loguru's records and where ECS has a place for them. Those that ECS has no place for become `loguru.<name>`,
// and what an application binds to its logger becomes `labels.<name>`. See "The record dict" in Loguru's documentation.

import { type Attribute, integer, text } from './logger-attributes.ts'

/** By the names that a format string has for them. */
export const ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>(
  Object.entries({
    elapsed: { kind: 'time', field: 'process.uptime', type: 'long', convert: secondsOf },
    extra: { kind: 'time', field: 'loguru.extra', type: 'keyword', convert: unlessEmpty },
    'file.name': text('log.origin.file.name', 'my-app.py'),
    'file.path': text('loguru.file_path', 'C:\\srv\\my-app\\views.py'),
    function: text('log.origin.function', 'handle'),
    'level.icon': text('loguru.level_icon', 'ℹ️'),
    'level.name': { kind: 'level', field: 'log.level', type: 'keyword' },
    'level.no': integer('event.severity'),
    line: integer('log.origin.file.line'),
    message: { kind: 'text', field: 'message', type: 'match_only_text' },
    module: text('loguru.module', 'views'),
    name: { ...text('log.logger', 'my_app.db'), isOptional: true },
    'process.id': integer('process.pid'),
    'process.name': text('process.name', 'Process-1:1'),
    'thread.id': integer('process.thread.id'),
    'thread.name': text('process.thread.name', 'Thread-1 (run)'),
    time: { kind: 'time', field: 'loguru.time', type: 'keyword' }
  } satisfies Record<string, Attribute>)
)

/** What is bound to a logger: `extra[user]`, or a part of it. */
export const EXTRA = /^extra(?:\[[^[\]]+\]|\.\w+)+(?:\.\w+)*$/

/** What is known of a part; `file.path` is the file's name where the format has no other. */
export function attributeOf(name: string, names: ReadonlySet<string>): Attribute {
  if (name === 'file.path' && !names.has('file.name')) return text('log.origin.file.name', 'C:\\srv\\my-app\\views.py')
  return ATTRIBUTES.get(name) ?? { kind: 'any', field: `labels.${labelOf(name)}`, type: 'keyword', typical: 'ab' }
}

function labelOf(name: string): string {
  return name
    .slice('extra'.length)
    .replace(/[[\].]+/g, '_')
    .replace(/^_|_$/g, '')
}

/** `1 day, 0:00:01.5`, as Python writes a timedelta. */
export const ELAPSED = /(?:-?\d+ days?, )?\d+:\d\d:\d\d(?:\.\d{1,6})?/y

function unlessEmpty(dictionary: string): string | undefined {
  return dictionary === '{}' ? undefined : dictionary
}

function secondsOf(written: string): number {
  const [, days = '0', hours, minutes, seconds] = /^(?:(-?\d+) days?, )?(\d+):(\d+):(\d+)/.exec(written) ?? []
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
}
