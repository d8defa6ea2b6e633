// Says where a line left a pattern. It walks the plan step by step, for people and not for speed: what the scanner of the
// same plan refuses has a mismatch here, and what it takes has none.

import { anchorBefore, closing, literalAt, type Plan, type Step, slotAt, strangers } from './layout.ts'

/** Where a text stopped fitting a pattern. */
export interface Mismatch {
  /** Counted in UTF-16 units from 0. */
  readonly column: number
  /** What should have stood there, in words. */
  readonly expected: string
}

/** Where the text of a slot stands. */
interface Range {
  readonly slot: number
  readonly begin: number
  readonly end: number
}

/** The leftmost place where a line does not fit; undefined where it fits. */
export function findMismatch(plan: Plan, line: string): Mismatch | undefined {
  const first = literalAt(plan.layout, 0)
  let begin = first.length
  if (!line.startsWith(first)) return { column: sharedLength(line, 0, first), expected: JSON.stringify(first) }
  for (const step of plan.steps) {
    const ranges = take(plan, step, line, begin)
    if (!Array.isArray(ranges)) return ranges
    for (const { slot, begin, end } of ranges) {
      const { name, shape } = slotAt(plan.layout, slot)
      const isFit = shape.fits?.(line.slice(begin, end)) ?? true
      if (!isFit) return { column: begin, expected: `${name}, ${shape.description}` }
    }
    const { slot, end } = ranges.at(-1) ?? { slot: 0, end: begin }
    const behind = literalAt(plan.layout, slot + 1)
    if (!line.startsWith(behind, end)) return expectedBehind(plan, slot, end + sharedLength(line, end, behind))
    begin = end + behind.length
  }
  return begin === line.length ? undefined : { column: begin, expected: 'the end of the line' }
}

function take(plan: Plan, step: Step, line: string, begin: number): Range[] | Mismatch {
  const { slot } = step
  const here = { slot, begin }
  switch (step.by) {
    case 'anchor': {
      const { text, index } = step.anchor
      const at = line.indexOf(text, begin)
      const following = closing(plan.layout, slot)
      if (at === -1) return expectedBehind(plan, slot, line.length)
      if (at - index < begin) return expectedBehind(plan, slot, begin)
      return line.startsWith(following, at - index)
        ? [{ ...here, end: at - index }]
        : expectedBehind(plan, slot, at - index + sharedLength(line, at - index, following))
    }
    case 'width':
      return [{ ...here, end: Math.min(begin + step.width, line.length) }]
    case 'shape': {
      const end = step.find(line, begin)
      const { name, shape } = slotAt(plan.layout, slot)
      return end === -1 ? { column: begin, expected: `${name}, ${shape.description}` } : [{ ...here, end }]
    }
    case 'end': {
      const end = line.length - literalAt(plan.layout, slot + 1).length
      if (end < begin) return expectedBehind(plan, slot, line.length)
      const strange = strangers(plan.layout, slotAt(plan.layout, slot)).map(character => line.indexOf(character, begin))
      const first = Math.min(...strange.filter(at => at !== -1 && at < end), end)
      return first === end ? [{ ...here, end }] : expectedBehind(plan, slot, first)
    }
    case 'right':
      return takeFromRight(plan, step, line, begin)
  }
}

function takeFromRight(
  plan: Plan,
  { slot, last, anchor }: Extract<Step, { by: 'right' }>,
  line: string,
  begin: number
): Range[] | Mismatch {
  const { layout } = plan
  const behind = literalAt(layout, last + 1)
  const at = anchor === undefined ? line.length - behind.length : line.indexOf(anchor.text, begin)
  let end = anchor === undefined || at === -1 ? at : at - anchor.index
  if (end < begin) return expectedBehind(plan, slot, line.length)
  if (!line.startsWith(behind, end)) return expectedBehind(plan, last, end + sharedLength(line, end, behind))
  const ranges: Range[] = []
  for (let i = last; i > slot; i--) {
    const literal = literalAt(layout, i)
    const { width } = slotAt(layout, i).shape
    const before = anchorBefore(layout, i)
    const ahead = literal.length - (before?.index ?? 0)
    const from =
      width !== undefined || before === undefined
        ? end - (width ?? 0)
        : line.lastIndexOf(before.text, end - ahead) + ahead
    const leftEnd = from - literal.length
    if (from > end || leftEnd < begin || !line.startsWith(literal, leftEnd)) return expectedBehind(plan, slot, begin)
    ranges.unshift({ slot: i, begin: from, end })
    end = leftEnd
  }
  return [{ slot, begin, end }, ...ranges]
}

/** What was expected behind the value of a slot. */
function expectedBehind({ layout }: Plan, slot: number, column: number): Mismatch {
  const following = closing(layout, slot)
  const { name } = slotAt(layout, slot)
  return { column, expected: `${following === '' ? 'the end of the line' : JSON.stringify(following)} after ${name}` }
}

/** How many characters of an expected text stand at `from`. */
function sharedLength(line: string, from: number, expected: string): number {
  let length = 0
  while (length < expected.length && line[from + length] === expected[length]) length++
  return length
}
