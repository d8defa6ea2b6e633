// The conversion words of the layouts of log4j, log4j2, logback and Spring Boot: what each writes and where ECS has a place
// for it. See "Pattern Layout" of log4j2's manual and "Layouts" of logback's.

import type { FindEnd } from '#pattern'
import { type Attribute, integer, text } from './logger-attributes.ts'
import { free, type LoggerShape, standing } from './logger-shapes.ts'

const unknown = (field: string, typical: string): Attribute => ({ ...text(field, typical), isOptional: true })

/** By the names that a format's fields have here; those of log4j2 where it has one. */
const ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>(
  Object.entries({
    application: text('service.name', 'shop'),
    class: { ...unknown('log4j.class', 'com.acme.Shop$1'), kind: 'class' },
    context: text('log4j.context', 'default'),
    date: { kind: 'time', field: 'log4j.date', type: 'keyword' },
    fqcn: text('log4j.fqcn', 'com.acme.Shop$1'),
    file: unknown('log.origin.file.name', 'Shop.java'),
    keyValues: text('log4j.key_values', 'user="kim"'),
    level: { kind: 'level', field: 'log.level', type: 'keyword' },
    line: integer('log.origin.file.line'),
    location: unknown('log4j.location', 'com.acme.Shop.main(Shop.java:12)'),
    logger: text('log.logger', 'com.acme.Shop$1'),
    marker: text('log4j.marker', 'AUDIT'),
    mdc: { kind: 'time', field: 'log4j.mdc', type: 'keyword', convert: unlessEmpty },
    message: { kind: 'text', field: 'message', type: 'match_only_text' },
    method: unknown('log.origin.function', 'lambda$main$0'),
    nano: integer('log4j.nano'),
    micros: integer('log4j.micros'),
    ndc: { kind: 'time', field: 'log4j.ndc', type: 'keyword', convert: unlessEmpty },
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
    fqcn: 'fqcn',
    keyValues: 'kvp maskedKvp',
    level: 'p le level',
    line: 'L line',
    location: 'l location',
    logger: 'c lo logger',
    marker: 'marker markerSimpleName',
    mdc: 'X mdc MDC',
    message: 'm msg message',
    method: 'M method',
    micros: 'ms micros',
    nano: 'N nano',
    ndc: 'x NDC',
    pid: 'pid processId',
    property: 'property',
    map: 'K map MAP',
    relative: 'r relative',
    sequence: 'sn lsn sequenceNumber',
    thread: 't tn thread threadName',
    threadId: 'T tid threadId',
    threadPriority: 'tp threadPriority',
    uuid: 'u uuid'
  }).flatMap(([attribute, words]) => words.split(' ').map(word => [word, attribute] as const))
)

/** Words for the trace of an exception, which stands behind the line or nowhere. */
export const TRACES: ReadonlySet<string> = new Set(
  'ex exception throwable xEx xException xThrowable rEx rException rThrowable rootException nopex nopexception wEx wex xwEx xwException xwThrowable'.split(
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

/** Words for a layout in braces, the text that it may come to, and what is written instead of that. */
export const REPLACED: ReadonlySet<string> = new Set(['equals', 'equalsIgnoreCase'])

/** Words whose values cannot be read back; their beginnings are other words. */
export const REFUSED: ReadonlySet<string> = new Set('caller correlationId prefix R repeat'.split(' '))

/** The look of what a diagnostic context holds: in brackets, as log4j2 writes it, or free. */
export function contextShape(attribute: string): LoggerShape {
  return attribute === 'ndc' ? bracketed('[', ']', '[a]') : bracketed('{', '}', '{user=kim}')
}

function bracketed(opening: string, closing: string, typical: string): LoggerShape {
  const bare = free(typical)
  const endOf: FindEnd = (line, from) => {
    let end = line.indexOf(closing, from)
    // A value may hold a bracket; what follows the last one before a blank, or the end, closes all.
    while (end !== -1 && end + 1 < line.length && line[end + 1] === closing) end++
    return end + 1 || -1
  }
  return {
    ...bare,
    endBefore(literal, next) {
      const isBracketed = standing(endOf, literal)
      const isFree = bare.endBefore?.(literal, next) ?? behindCommas(literal)
      return isFree && ((line, from) => (line[from] === opening ? isBracketed : isFree)(line, from))
    }
  }
}

/** Pairs are written with commas and blanks between, of which none is the end. */
function behindCommas(literal: string): FindEnd | undefined {
  if (literal === '') return undefined
  return (line, from) => {
    let end = line.indexOf(literal, from)
    while (end !== -1 && line[end - 1] === ',') end = line.indexOf(literal, end + 1)
    return end
  }
}

function unlessEmpty(text: string): string | undefined {
  return text === '{}' || text === '[]' ? undefined : text
}

/** What is known of a field: `mdc{user}` and the like are an application's own. */
export function attributeOf(name: string): Attribute {
  const label = /^[a-z]+\{(.+)\}$/.exec(name)?.[1]
  const own = `labels.${(label ?? name).replaceAll('.', '_')}`
  return ATTRIBUTES.get(name) ?? { kind: 'any', field: own, type: 'keyword', typical: 'ab' }
}
