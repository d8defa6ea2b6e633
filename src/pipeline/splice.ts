// The faster way of lines whose shape is known: what becomes of the shape is known as a template, and the values of the line are
// copied into it as they are written. So it says what the interpreter would say, key by key.

import type { WritingBatcher } from '#batch'
import type { Plain } from '#enrich'
import { type Ends, MOST_SLOTS, type Parser, type Shape } from '#parse'
import type { Fields, Line } from '#record'
import { type Direct, LONGEST_LINE } from './direct.ts'
import type { Place } from './document.ts'
import { putHex, putInteger } from './put.ts'
import { OFFSETS, type Part, PUT, type Template, templateFrom } from './template.ts'
import { type Verdict, verdictOf } from './verdict.ts'
import { putRun, type Words, wordsOf } from './words.ts'

const MOST_TEMPLATES = 2048
/** Bytes behind the end of a document that may be written. */
const BEHIND = 8
const NO_WORDS = wordsOf(Buffer.alloc(0))

type Shaped = Parser & { readonly shapes: NonNullable<Parser['shapes']> }

/** A template as its parts are put, and what decides before that whether a line is dropped, in order. */
interface Ready extends Template {
  readonly words: Words
  readonly verdicts: readonly Verdict[]
}

/** Where a time is put to see whether there is one. */
const NOWHERE = new DataView(new ArrayBuffer(LONGEST_LINE + 64))

/**
 * Undefined where the format that comes first knows no shapes. It takes a line before it was asked whether it is several.
 * @param steps what the pipeline's processors do
 */
export function createSplice(
  parsers: readonly Parser[],
  document: (place: Place, start: Line['start'], end: Line['end']) => Fields,
  steps: readonly Plain[],
  batcher: WritingBatcher
): Direct | undefined {
  const [parser] = parsers
  if (!isShaped(parser)) return undefined
  const { shapes } = parser
  const ends: Ends = new Int32Array(2 * MOST_SLOTS)
  /** Of the place where the last line stood; what is met there once only is not worth a template. */
  const templates = new Map<Shape, Ready | 'met' | undefined>()
  let at: Place | undefined
  let prefix = ''
  let from = NO_WORDS
  let to = NO_WORDS

  function templateOf(shape: Shape): Ready | undefined {
    const known = templates.get(shape)
    if (known === undefined && !templates.has(shape)) {
      // Shapes that were forgotten come as others.
      if (templates.size >= MOST_TEMPLATES) templates.clear()
      templates.set(shape, 'met')
      return undefined
    }
    if (known !== 'met') return known
    const ready = readyFor(shape)
    templates.set(shape, ready)
    return ready
  }

  function readyFor(shape: Shape): Ready | undefined {
    const fields = document(at as Place, OFFSETS.start, OFFSETS.end)
    if (parser?.parse(shape.probe, fields, at?.reading) !== true) return undefined
    const verdicts: Verdict[] = []
    const change = () =>
      steps.every(step => {
        if (step.does !== 'drop') return step.apply(fields) === undefined
        const verdict = verdictOf(step.condition, fields, shape)
        if (verdict !== undefined) verdicts.push(verdict)
        return verdict !== undefined
      })
    const template = templateFrom(shape, fields, prefix, change)
    return template && { ...template, words: wordsOf(template.stills), verdicts }
  }

  /** Whether a line is dropped; undefined where the interpreter is to say, as of lines that tell no time. */
  function isDropped(shape: Shape, verdicts: readonly Verdict[]): boolean | undefined {
    for (let i = 0; i < verdicts.length; i++) {
      const verdict = (verdicts[i] as Verdict)(from.bytes, ends)
      if (verdict === false) continue
      return verdict === undefined || shapes.putTime(NOWHERE, 0, shape, from.view, ends) === -1 ? undefined : true
    }
    return false
  }

  /** Returns where the document ends; -1 where the line tells no time. */
  function write(begin: number, shape: Shape, { parts, words }: Ready, start: number, end: number): number {
    let at = begin
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as Part
      at = putRun(to, at, words, part.from, part.to)
      switch (part.put) {
        case PUT.values:
          at = putRun(to, at, from, ends[part.first] as number, ends[part.last] as number)
          break
        case PUT.time:
          at = shapes.putTime(to.view, at, shape, from.view, ends)
          if (at === -1) return -1
          break
        case PUT.start:
          at = putInteger(to.bytes, at, start)
          break
        case PUT.end:
          at = putInteger(to.bytes, at, end)
          break
        case PUT.id:
          at = putHex(to.bytes, at, start)
          break
        default:
      }
    }
    return at
  }

  return (line, stream, place) => {
    const { start, end, isCut, isDamaged, container, sender, bytes, from: begin = 0, to: stop = 0 } = line
    if (isCut === true || isDamaged === true || container !== undefined || sender !== undefined) return undefined
    if (bytes === undefined || stop - begin > LONGEST_LINE) return undefined
    if (place !== at || stream.idPrefix !== prefix) {
      templates.clear()
      at = place
      prefix = stream.idPrefix
    }
    if (from.bytes !== bytes) from = wordsOf(bytes)
    const shape = shapes.match(from.view, begin, stop, ends)
    const template = shape && templateOf(shape)
    if (shape === undefined || template === undefined) return undefined
    const dropped = isDropped(shape, template.verdicts)
    if (dropped !== false) return dropped ? 'dropped' : undefined
    const sheet = batcher.sheet(template.bytes + stop - begin + BEHIND)
    if (to.bytes !== sheet.bytes) to = wordsOf(sheet.bytes)
    const written = write(sheet.length, shape, template, start, end)
    if (written === -1) return undefined
    batcher.wrote(written, line, stream.generation.id)
    stream.framedTo = end
    return 'written'
  }
}

function isShaped(parser: Parser | undefined): parser is Shaped {
  return parser?.shapes !== undefined
}
