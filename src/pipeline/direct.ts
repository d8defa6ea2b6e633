// The faster way: from a line to its document in the body of a request, where the format that takes it declares its fields and
// what processors do is known beforehand. What it does not take goes the interpreter's way, which says what is right.

import type { WritingBatcher } from '#batch'
import type { Plain } from '#enrich'
import { type Ascii, numberOf, type Parser } from '#parse'
import { type Fields, type Line, offset } from '#record'
import type { Place } from './document.ts'
import type { Processed } from './process.ts'
import { compileRenderer, type Declared, type Fixed, type Renderer } from './render.ts'

/**
 * Writes the document of a line that stands alone, and tells the batcher; what is dropped is only said to be. Undefined where
 * the interpreter is to take the line.
 */
export type Direct = (line: Line, stream: Processed, place: Place, readAt: string) => 'written' | 'dropped' | undefined

type Closed = Parser & Declared & { readonly read: NonNullable<Parser['read']> }

/** One format at a place. */
interface Way {
  readonly read: Closed['read']
  readonly cut: Closed['cut']
  readonly cutsUtf8: boolean
  readonly render: Renderer['render']
  readonly drops: Renderer['drops']
  readonly pieces: Fixed
}

/** Longer lines are seldom enough. */
export const LONGEST_LINE = 8_192
/** Bytes that a character may become: six of them in each of five fields. */
const BYTES_PER_CHARACTER = 30
/** For numbers, times and names of fields. */
const ROOM = 8_192
const NO_BYTES = Buffer.alloc(0)

/**
 * Undefined where no format comes first that declares its fields.
 * @param steps what the pipeline's processors do
 */
export function createDirect(
  parsers: readonly Parser[],
  document: (place: Place, start: Line['start'], end: Line['end']) => Fields,
  steps: readonly Plain[],
  batcher: WritingBatcher
): Direct | undefined {
  const firstOpen = parsers.findIndex(parser => !isClosed(parser))
  const known = parsers.slice(0, firstOpen === -1 ? parsers.length : firstOpen).filter(isClosed)
  if (known.length === 0) return undefined
  const values: Parameters<Closed['read']>[1] = []
  const fields = known.flatMap(({ writes }) => Object.keys(writes))
  const cuts = new Int32Array(2 * (1 + Math.max(...fields.map(numberOf))))
  const compiled = new Map<string, readonly (Renderer | undefined)[]>()
  const whole = new Whole()
  let at: Place | undefined
  let prefix = ''
  let ways: readonly Way[] = []
  let fixedBytes = 0

  function moveTo(place: Place, idPrefix: string): void {
    const skeleton = document(place, offset(0), offset(0))
    const names = JSON.stringify(place.pathFields, (_, value) => (typeof value === 'object' ? value : 0)) ?? ''
    const renderers = compiled.get(names) ?? known.map(format => compileRenderer(format, skeleton, steps))
    compiled.set(names, renderers)
    const open = renderers.indexOf(undefined)
    ways = known.slice(0, open === -1 ? known.length : open).map((format, i) => {
      const { render, drops, fixed } = renderers[i] as Renderer
      const { read, cut, cutsUtf8 = false } = format
      return { read, cut, cutsUtf8, render, drops, pieces: fixed(skeleton, idPrefix) }
    })
    fixedBytes = ROOM + Math.max(0, ...ways.map(({ pieces }) => pieces.reduce((sum, piece) => sum + piece.length, 0)))
    at = place
    prefix = idPrefix
  }

  /** Forgets what was read of a line. */
  function clear(): void {
    values.fill(undefined)
    cuts.fill(0)
  }

  return (line, stream, place, readAt) => {
    const { start, end, isCut, isDamaged, container, sender } = line
    if (isCut === true || isDamaged === true || container !== undefined || sender !== undefined) return undefined
    whole.take(line)
    const { length } = whole
    if (length > LONGEST_LINE) return undefined
    if (place !== at || stream.idPrefix !== prefix) moveTo(place, stream.idPrefix)
    for (const { read, cut, cutsUtf8, render, drops, pieces } of ways) {
      const isTaken =
        cut !== undefined && whole.isThere && (cutsUtf8 || whole.isAscii)
          ? cut(whole, values, cuts, place.reading)
          : read(line.text, values, place.reading)
      if (!isTaken) continue
      const isDropped = drops === undefined ? false : drops(whole, values, cuts)
      if (isDropped !== false) {
        clear()
        return isDropped ? 'dropped' : undefined
      }
      const sheet = batcher.sheet(fixedBytes + BYTES_PER_CHARACTER * length)
      const to = render(sheet.bytes, sheet.length, whole, values, cuts, pieces, start, end, readAt)
      batcher.wrote(to, line, stream.generation.id)
      stream.framedTo = end
      return 'written'
    }
    return undefined
  }
}

/** A line as formats see it that cut; a class, for it has accessors and is used for every line. */
class Whole implements Ascii {
  bytes: Buffer = NO_BYTES
  characters = ''
  base = 0
  length = 0
  /** Whether it stands in bytes. */
  isThere = false
  #line: Line = NO_LINE
  #isAscii: boolean | undefined
  #text: string | undefined

  take(line: Line): void {
    const { bytes, characters = '', from = 0, to = 0 } = line
    this.isThere = bytes !== undefined
    this.bytes = bytes ?? NO_BYTES
    this.characters = characters
    this.base = from
    this.length = bytes === undefined ? line.text.length : to - from
    this.#line = line
    this.#isAscii = line.isAscii === true ? true : undefined
    this.#text = undefined
  }

  /** A text with other characters is shorter than its bytes of UTF-8. */
  get isAscii(): boolean {
    this.#isAscii ??= this.#line.text.length === this.length
    return this.#isAscii
  }

  get isSeveral(): boolean {
    return this.#line.isSeveral ?? this.#line.text.includes('\n')
  }

  get text(): string {
    if (this.isAscii) return this.#line.text
    this.#text ??= this.bytes.toString('latin1', this.base, this.base + this.length)
    return this.#text
  }
}

const NO_LINE: Line = { text: '', start: offset(0), end: offset(0), ordinal: 0 }

function isClosed(parser: Parser): parser is Closed {
  return parser.read !== undefined && parser.writes !== 'open'
}
