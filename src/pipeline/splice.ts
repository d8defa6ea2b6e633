// The faster way of lines whose shape is known: the interpreter made a document of a probe of that shape, and where the probe's
// values went, those of the line are copied as they are written. So it says what the interpreter would say, key by key.

import type { WritingBatcher } from '#batch'
import { ACTION } from '#bulk'
import { type Ends, MOST_SLOTS, type Parser, type Shape } from '#parse'
import { type Fields, type Line, offset, type Value } from '#record'
import { type Direct, LONGEST_LINE, standsIn } from './direct.ts'
import type { Place } from './document.ts'
import { putBytes, putHex, putInteger, putValue } from './put.ts'

/** What becomes of a shape at a place: what is put, one after the other. */
interface Template {
  readonly parts: readonly Part[]
  /** Bytes of what is always the same, and of offsets and times. */
  readonly bytes: number
}

/** Bytes that are always the same, and what stands behind them. */
interface Part {
  readonly still: Uint8Array
  readonly put: Put
  /** Where the values are in `ends` that are copied, with all between them, from the first to the last. */
  readonly first: number
  readonly last: number
}
type Put = (typeof PUT)[keyof typeof PUT]
const PUT = { values: 0, time: 1, start: 2, end: 3, nothing: 4 } as const

/** What stands for offsets in the document of a probe. */
const OFFSETS = { start: offset(8_361_945_830_001), end: offset(8_361_945_830_002) }
/** For an offset, a time or an id. */
const ROOM = 64
/** So many bytes are copied one by one, which takes less time than a call. */
const FEW = 48
const MOST_TEMPLATES = 2048

type Shaped = Parser & { readonly shapes: NonNullable<Parser['shapes']> }

/** Undefined where the format that comes first knows no shapes. It takes a line before it was asked whether it is several. */
export function createSplice(
  parsers: readonly Parser[],
  document: (place: Place, start: Line['start'], end: Line['end']) => Fields,
  batcher: WritingBatcher
): Direct | undefined {
  const [parser] = parsers
  if (!isShaped(parser)) return undefined
  const { shapes } = parser
  const ends: Ends = new Int32Array(2 * MOST_SLOTS)
  /** Of the place where the last line stood; what is met there once only is not worth a template. */
  const templates = new Map<Shape, Template | 'met' | undefined>()
  let at: Place | undefined
  let prefix = ''

  function templateOf(shape: Shape): Template | undefined {
    const known = templates.get(shape)
    if (known === undefined && !templates.has(shape)) {
      // Shapes that were forgotten come as others.
      if (templates.size >= MOST_TEMPLATES) templates.clear()
      templates.set(shape, 'met')
      return undefined
    }
    if (known !== 'met') return known
    const fields = document(at as Place, OFFSETS.start, OFFSETS.end)
    const isTaken = parser?.parse(shape.probe, fields, at?.reading) === true
    const template = isTaken ? templateFrom(shape, fields, prefix) : undefined
    templates.set(shape, template)
    return template
  }

  return (line, stream, place, _, stretch) => {
    const { text, start, end, isCut, isDamaged, container, sender } = line
    if (isCut === true || isDamaged === true || container !== undefined || sender !== undefined) return undefined
    if (text.length > LONGEST_LINE) return undefined
    const isAscii = standsIn(stretch, line, text.length)
    if (!isAscii && !standsIn(stretch, line, Buffer.byteLength(text))) return undefined
    if (place !== at || stream.idPrefix !== prefix) {
      templates.clear()
      at = place
      prefix = stream.idPrefix
    }
    const { bytes, start: base } = stretch as NonNullable<typeof stretch>
    const from = start - base
    const to = from + (isAscii ? text.length : Buffer.byteLength(text))
    const shape = shapes.match(bytes, from, to, ends)
    const template = shape && templateOf(shape)
    if (shape === undefined || template === undefined) return undefined
    const time = shapes.timeOf(shape, bytes, ends)
    if (time === undefined) return undefined
    const sheet = batcher.sheet(template.bytes + to - from)
    const written = write(sheet.bytes, sheet.length, template, bytes, ends, time, start, end)
    batcher.wrote(written, line, stream.generation.id, isAscii ? bytes : undefined, from)
    stream.framedTo = end
    return 'written'
  }
}

function write(
  to: Buffer,
  begin: number,
  { parts }: Template,
  bytes: Buffer,
  ends: Ends,
  time: string,
  start: number,
  end: number
): number {
  let at = putHex(to, putBytes(to, begin, (parts[0] as Part).still), start)
  for (let i = 1; i < parts.length; i++) {
    const { still, put, first, last } = parts[i] as Part
    at = putStill(to, at, still)
    if (put === PUT.values) at = putRange(to, at, bytes, ends[first] as number, ends[last] as number)
    else if (put === PUT.time) at = putValue(to, at, time)
    else if (put !== PUT.nothing) at = putInteger(to, at, put === PUT.start ? start : end)
  }
  return at
}

function putStill(to: Buffer, at: number, still: Uint8Array): number {
  if (still.length <= FEW) return putBytes(to, at, still)
  to.set(still, at)
  return at + still.length
}

function putRange(to: Buffer, at: number, from: Buffer, begin: number, end: number): number {
  const length = end - begin
  if (length > FEW) from.copy(to, at, begin, end)
  else for (let i = 0; i < length; i++) to[at + i] = from[begin + i] as number
  return at + length
}

/** Where something stands in the document of a probe. */
interface Found {
  readonly slot: number
  readonly put: Put
  readonly from: number
  readonly to: number
  readonly isOnce: boolean
}

/** Undefined where not all values of the probe are found again once, as they were written. */
function templateFrom(shape: Shape, fields: Fields, prefix: string): Template | undefined {
  const text = JSON.stringify(fields)
  const begin = `{"@timestamp":${JSON.stringify(shape.timeSentinel)}`
  if (!text.startsWith(begin) || !areListedAlike(shape, fields)) return undefined
  const found: Found[] = shape.slots.map(({ sentinel, isText }, slot) => {
    const isTime = slot === shape.timeSlot
    const wanted = isTime ? JSON.stringify(shape.timeSentinel) : isText ? `"${sentinel}"` : sentinel
    const from = text.indexOf(wanted)
    const margin = isText && !isTime ? 1 : 0
    const isOnce = from !== -1 && isOnceIn(text, isTime ? shape.timeSentinel : sentinel)
    return { slot, put: isTime ? PUT.time : PUT.values, from: from + margin, to: from + wanted.length - margin, isOnce }
  })
  for (const put of ['start', 'end'] as const) {
    const from = text.indexOf(String(OFFSETS[put]))
    const to = from + String(OFFSETS[put]).length
    found.push({ slot: -1, put: PUT[put], from, to, isOnce: isOnceIn(text, String(OFFSETS[put])) })
  }
  if (!found.every(({ isOnce }) => isOnce)) return undefined
  const parts: Part[] = [part(`${ACTION.before}${prefix}`, PUT.nothing)]
  let still: string = ACTION.behind
  let at = 0
  for (const { slot, put, from, to } of found.sort((a, b) => a.from - b.from)) {
    still += text.slice(at, from)
    at = to
    const before = parts.at(-1) as Part
    const isNext = put === PUT.values && before.put === PUT.values && before.last === 2 * (slot - 1) + 1
    if (isNext && shape.slots[slot - 1]?.behind === still) parts[parts.length - 1] = { ...before, last: 2 * slot + 1 }
    else parts.push(part(still, put, slot))
    still = ''
  }
  parts.push(part(`${still}${text.slice(at)}\n`, PUT.nothing))
  return { parts, bytes: parts.reduce((sum, { still }) => sum + still.length + ROOM, 0) }
}

function isOnceIn(text: string, wanted: string): boolean {
  const from = text.indexOf(wanted)
  return from !== -1 && text.indexOf(wanted, from + 1) === -1
}

function part(still: string, put: Put, slot = 0): Part {
  return { still: new Uint8Array(Buffer.from(still)), put, first: 2 * slot, last: 2 * slot + 1 }
}

/** Whether values stand in lists where they did in the line, and nowhere else: those that met there may have been compared. */
function areListedAlike({ slots }: Shape, fields: Fields): boolean {
  const listed = new Map<string, boolean>()
  const note = (value: Value | undefined, isListed: boolean): void => {
    if (typeof value !== 'object' || value === null) listed.set(String(value), isListed)
    else for (const inner of Object.values(value)) note(inner, Array.isArray(value))
  }
  note(fields, false)
  return slots.every(({ sentinel, isListed }) => (listed.get(sentinel) ?? false) === isListed)
}

function isShaped(parser: Parser | undefined): parser is Shaped {
  return parser?.shapes !== undefined
}
