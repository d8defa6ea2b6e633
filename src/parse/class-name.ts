// Names of classes of the JVM in log records, by which a text before one shows where it ends, whatever it holds itself.

import type { FindEnd } from '#pattern'
import { free, type LoggerShape, standing } from './logger-shapes.ts'

/** The name of a class such as `typical`. */
export function className(typical: string): LoggerShape {
  const recognize: FindEnd = (line, from) => {
    CLASS.lastIndex = from
    return CLASS.test(line) ? CLASS.lastIndex : -1
  }
  const shape = free(typical)
  return {
    ...shape,
    recognize,
    endBefore: (literal, next) => (next === undefined ? standing(recognize, literal) : shape.endBefore?.(literal, next))
  }
}

/** With what the JVM, Kotlin, Scala and Clojure put into them, or `?` where it is not known. */
const CLASS = /[\p{L}_?][\p{L}\p{N}_.$/<>?-]*/uy
