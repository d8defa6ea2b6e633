// The conversion words of the layouts of log4j, log4j2, logback and Spring Boot: what each writes and where ECS has a place
// for it. See "Pattern Layout" of log4j2's manual and "Layouts" of logback's.

import { type Attribute, integer, text } from './logger-attributes.ts'

const unknown = (field: string, typical: string): Attribute => ({ ...text(field, typical), isOptional: true })

/** By the names that a format's fields have here; those of log4j2 where it has one. */
const ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>(
  Object.entries({
    application: text('service.name', 'shop'),
    class: unknown('log4j.class', 'com.acme.Shop$1'),
    context: text('log4j.context', 'default'),
    date: { kind: 'time', field: 'log4j.date', type: 'keyword' },
    file: unknown('log.origin.file.name', 'Shop.java'),
    level: { kind: 'level', field: 'log.level', type: 'keyword' },
    line: integer('log.origin.file.line'),
    location: unknown('log4j.location', 'com.acme.Shop.main(Shop.java:12)'),
    logger: text('log.logger', 'com.acme.Shop$1'),
    marker: text('log4j.marker', 'AUDIT'),
    mdc: text('log4j.mdc', '{user=kim}'),
    message: { kind: 'text', field: 'message', type: 'match_only_text' },
    method: unknown('log.origin.function', 'lambda$main$0'),
    nano: integer('log4j.nano'),
    ndc: text('log4j.ndc', '[a]'),
    pid: integer('process.pid'),
    relative: integer('log4j.relative'),
    sequence: integer('event.sequence'),
    thread: text('process.thread.name', 'http-nio-8080-exec-1'),
    threadId: integer('process.thread.id'),
    threadPriority: integer('log4j.thread_priority'),
    uuid: text('log4j.uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')
  } satisfies Record<string, Attribute>)
)

/** The attribute of each word that writes a value of its record. */
export const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    class: 'C class',
    context: 'cn contextName',
    date: 'd date',
    file: 'F file',
    level: 'p le level',
    line: 'L line',
    location: 'l location',
    logger: 'c lo logger',
    marker: 'marker markerSimpleName',
    mdc: 'X mdc MDC',
    message: 'm msg message',
    method: 'M method',
    nano: 'N nano',
    ndc: 'x NDC',
    pid: 'pid processId',
    property: 'property',
    map: 'K map MAP',
    relative: 'r relative',
    sequence: 'sn sequenceNumber',
    thread: 't tn thread threadName',
    threadId: 'T tid threadId',
    threadPriority: 'tp threadPriority',
    uuid: 'u uuid'
  }).flatMap(([attribute, words]) => words.split(' ').map(word => [word, attribute] as const))
)

/** Words for the trace of an exception, which stands behind the line or nowhere. */
export const TRACES: ReadonlySet<string> = new Set(
  'ex exception throwable xEx xException xThrowable rEx rException rThrowable rootException nopex nopexception wEx wex'.split(
    ' '
  )
)

/** Words for what is written of a layout within them, with colours or without. */
export const WRAPPERS: ReadonlySet<string> = new Set(
  'highlight style clr enc encode replace maxLen maxLength black red green yellow blue magenta cyan white gray faint bold boldBlack boldRed boldGreen boldYellow boldBlue boldMagenta boldCyan boldWhite'.split(
    ' '
  )
)

/** Words for a layout that is left out where its values are empty. */
export const OPTIONALS: ReadonlySet<string> = new Set('notEmpty varsNotEmpty variablesNotEmpty esb'.split(' '))

/** What is known of a field: `mdc{user}` and the like are an application's own. */
export function attributeOf(name: string): Attribute {
  const label = /^[a-z]+\{(.+)\}$/.exec(name)?.[1]
  const own = `labels.${(label ?? name).replaceAll('.', '_')}`
  return ATTRIBUTES.get(name) ?? { kind: 'any', field: own, type: 'keyword', typical: 'ab' }
}
