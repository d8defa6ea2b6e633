// The faster way of a pipeline without processors: from a line's text to its document's JSON, where the format that takes
// it declares its fields. What it does not take goes the interpreter's way, which says what is right.

import type { Parser, Values } from '#parse'
import { type Fields, type Line, offset } from '#record'
import type { Place } from './document.ts'
import { compileRenderer, type Fixed, type Renderer } from './render.ts'

/** The document of a line as JSON; undefined where the interpreter is to make it. */
export type Direct = (line: Line, place: Place, readAt: string) => string | undefined

type Closed = Parser & { readonly read: NonNullable<Parser['read']>; readonly writes: object }

/** Undefined where no format comes first that declares its fields. */
export function createDirect(
  parsers: readonly Parser[],
  document: (place: Place, start: Line['start'], end: Line['end']) => Fields
): Direct | undefined {
  const firstOpen = parsers.findIndex(parser => !isClosed(parser))
  const known = parsers.slice(0, firstOpen === -1 ? parsers.length : firstOpen).filter(isClosed)
  if (known.length === 0) return undefined
  const values: Values = []
  const renderers = new Map<string, readonly Renderer[]>()
  let at: Place | undefined
  let ways: readonly (Renderer & { readonly read: Closed['read']; readonly pieces: Fixed })[] = []

  function moveTo(place: Place): void {
    const skeleton = document(place, offset(0), offset(0))
    const names = JSON.stringify(place.pathFields, (_, value) => (typeof value === 'object' ? value : 0)) ?? ''
    const compiled = renderers.get(names) ?? known.map(({ writes }) => compileRenderer(writes, skeleton))
    renderers.set(names, compiled)
    ways = known.map(({ read }, i) => {
      const { fixed, render } = compiled[i] as Renderer
      return { read, fixed, render, pieces: fixed(skeleton) }
    })
    at = place
  }

  return ({ text, start, end, isCut, isDamaged, container, sender }, place, readAt) => {
    if (isCut === true || isDamaged === true || container !== undefined || sender !== undefined) return undefined
    if (place !== at) moveTo(place)
    for (const { read, render, pieces } of ways) {
      if (read(text, values, place.reading)) return render(values, pieces, start, end, readAt)
    }
    return undefined
  }
}

function isClosed(parser: Parser): parser is Closed {
  return parser.read !== undefined && parser.writes !== 'open'
}
