// The faster way: from a line to its document in the body of a request, where the format that takes it declares its fields and
// what processors do is known beforehand. What it does not take goes the interpreter's way, which says what is right.

import type { WritingBatcher } from '#batch'
import type { Plain } from '#enrich'
import { numberOf, type Parser } from '#parse'
import { type Fields, type Line, offset } from '#record'
import type { Place } from './document.ts'
import type { Processed } from './process.ts'
import { compileRenderer, type Declared, type Fixed, type Renderer } from './render.ts'

/** Bytes of a file of UTF-8 and where the first of them stands; nobody writes to them. */
export interface Stretch {
  readonly start: number
  readonly bytes: Buffer
}

/**
 * Writes the document of a line that stands alone, and tells the batcher; what is dropped is only said to be. Undefined where
 * the interpreter is to take the line.
 */
export type Direct = (
  line: Line,
  stream: Processed,
  place: Place,
  readAt: string,
  stretch: Stretch | undefined
) => 'written' | 'dropped' | undefined

type Closed = Parser & Declared & { readonly read: NonNullable<Parser['read']> }

/** One format at a place. */
interface Way {
  readonly read: Closed['read']
  readonly cut: Closed['cut']
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
  const ascii = { text: '', bytes: NO_BYTES as Buffer, base: 0 }
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
      return { read: format.read, cut: format.cut, render, drops, pieces: fixed(skeleton, idPrefix) }
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

  return (line, stream, place, readAt, stretch) => {
    const { text, start, end, isCut, isDamaged, container, sender } = line
    if (isCut === true || isDamaged === true || container !== undefined || sender !== undefined) return undefined
    if (text.length > LONGEST_LINE) return undefined
    if (place !== at || stream.idPrefix !== prefix) moveTo(place, stream.idPrefix)
    const isAscii = standsIn(stretch, line, line.text.length)
    ascii.text = text
    ascii.bytes = isAscii ? stretch.bytes : NO_BYTES
    ascii.base = isAscii ? start - stretch.start : 0
    for (const { read, cut, render, drops, pieces } of ways) {
      const isTaken =
        isAscii && cut !== undefined ? cut(ascii, values, cuts, place.reading) : read(text, values, place.reading)
      if (!isTaken) continue
      const isDropped = drops === undefined ? false : drops(ascii, values, cuts)
      if (isDropped !== false) {
        clear()
        return isDropped ? 'dropped' : undefined
      }
      const sheet = batcher.sheet(fixedBytes + BYTES_PER_CHARACTER * text.length)
      const to = render(sheet.bytes, sheet.length, ascii, values, cuts, pieces, start, end, readAt)
      if (to === -1) {
        clear()
        return undefined
      }
      batcher.wrote(to, line, stream.generation.id, isAscii ? ascii.bytes : undefined, ascii.base)
      stream.framedTo = end
      return 'written'
    }
    return undefined
  }
}

/**
 * Whether a line of so many bytes stands there as it is. Where those are as many as its characters it is ASCII: a text with
 * others is shorter than its bytes of UTF-8, and what is damaged was excluded. Groups that lines of another file were joined to
 * began before the stretch.
 */
export function standsIn(stretch: Stretch | undefined, { start, end }: Line, length: number): stretch is Stretch {
  if (stretch === undefined || start < stretch.start || end > stretch.start + stretch.bytes.length) return false
  const behind = end - start - length
  const last = end - stretch.start - 1
  if (stretch.bytes[last] !== NEWLINE) return false
  return behind === 1 || (behind === 2 && stretch.bytes[last - 1] === RETURN)
}

const NEWLINE = 0x0a
const RETURN = 0x0d

function isClosed(parser: Parser): parser is Closed {
  return parser.read !== undefined && parser.writes !== 'open'
}
