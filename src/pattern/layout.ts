// A pattern as its writer means it, literal text and the values between, and how each value's end is found. A pattern that
// could be read in two ways is refused here, so that no line is ever taken apart wrongly.

import { SluiceError } from '#errors'
import type { FindEnd, Neighbour, Shape } from './shape.ts'

/** A place in a pattern where a value stands. */
export interface Slot {
  /** As it is written in the pattern. */
  readonly name: string
  /** Where it is written in the pattern, from 0. */
  readonly column: number
  readonly shape: Shape
}

/** `literals[i]` stands before slot i, the last literal behind the last slot; literals may be empty. */
export interface Layout {
  readonly pattern: string
  readonly literals: readonly string[]
  readonly slots: readonly Slot[]
}

/** A text, most often one character, that a value does not hold, and where it stands in the literal beside the value. */
export interface Anchor {
  readonly text: string
  readonly index: number
}

/** One or more slots whose ends are found together. */
export type Step =
  /** The value ends before the anchor. */
  | { readonly by: 'anchor'; readonly slot: number; readonly anchor: Anchor }
  | { readonly by: 'width'; readonly slot: number; readonly width: number }
  | { readonly by: 'shape'; readonly slot: number; readonly find: FindEnd }
  /** The value ends where the line does, but for the last literal. */
  | { readonly by: 'end'; readonly slot: number }
  /**
   * The first value may hold what follows it, so that those up to `last` are found from their right: from the anchor
   * behind them, which none of them holds, or from the end of the line.
   */
  | { readonly by: 'right'; readonly slot: number; readonly last: number; readonly anchor: Anchor | undefined }

/** How a line of the layout is taken apart. */
export interface Plan {
  readonly layout: Layout
  readonly steps: readonly Step[]
}

/**
 * Decides how the ends of all values are found.
 * @throws SluiceError E_PARSE_PATTERN where two values cannot be told from each other
 */
export function plan(layout: Layout): Plan {
  const steps = tryPlan(layout)
  if (Array.isArray(steps)) return { layout, steps }
  const narrow = { ...layout, slots: layout.slots.map((slot, i) => narrowed(slot, layout, i)) }
  const narrowSteps = tryPlan(narrow)
  if (Array.isArray(narrowSteps)) return { layout: narrow, steps: narrowSteps }
  const bare = barless(narrow)
  const bareSteps = bare && tryPlan(bare)
  if (bare !== undefined && Array.isArray(bareSteps)) return { layout: bare, steps: bareSteps }
  throw ambiguous(layout, narrowSteps)
}

/** Values between vertical bars, none of which holds one; undefined where some may. */
function barless(layout: Layout): Layout | undefined {
  if (!layout.literals.some(literal => literal.includes('|'))) return undefined
  if (layout.slots.some(({ shape }) => shape.isBarless !== true && shape.holds('|'))) return undefined
  return { ...layout, slots: layout.slots.map(slot => ({ ...slot, shape: withoutBar(slot.shape) })) }
}

/** A bar too many may come to stand in any value, so each is looked at, also where nothing of its kind has one. */
function withoutBar(shape: Shape): Shape {
  return {
    ...shape,
    description: shape.holds('|') ? `${shape.description} and without "|"` : shape.description,
    holds: character => character !== '|' && shape.holds(character),
    fits: value => !value.includes('|') && (shape.fits?.(value) ?? true)
  }
}

/** Two slots, by index, that cannot be told from each other. */
interface Clash {
  readonly left: number
  readonly right: number
}

function tryPlan(layout: Layout): Step[] | Clash {
  const steps: Step[] = []
  let slot = 0
  while (slot < layout.slots.length) {
    const step = fromLeft(layout, slot) ?? fromRight(layout, slot)
    if ('left' in step) return step
    steps.push(step)
    slot = (step.by === 'right' ? step.last : slot) + 1
  }
  return steps
}

/** How the end of a value is found that shows by itself, or by what follows, where it ends. */
function fromLeft(layout: Layout, slot: number): Step | undefined {
  const { shape } = slotAt(layout, slot)
  const following = closing(layout, slot)
  const anchor = anchorIn(following, character => !shape.holds(character))
  if (anchor !== undefined) return { by: 'anchor', slot, anchor }
  if (slot === layout.slots.length - 1) return { by: 'end', slot }
  if (shape.width !== undefined) return { by: 'width', slot, width: shape.width }
  const find = shape.endBefore?.(following, neighbour(layout, slot + 1))
  if (find !== undefined) return { by: 'shape', slot, find }
  return shape.lacks?.(following) ? { by: 'anchor', slot, anchor: { text: following, index: 0 } } : undefined
}

function neighbour({ literals, slots }: Layout, slot: number): Neighbour | undefined {
  const shape = slots[slot]?.shape
  return shape && { shape, literal: literals[slot + 1] ?? '', isLast: slot === slots.length - 1 }
}

/** How the end of a value is found that may hold what follows it; never asked of the last. */
function fromRight(layout: Layout, slot: number): Step | Clash {
  for (let last = slot + 1; ; last++) {
    if (!isClosedOnLeft(layout, last)) return { left: slot, right: last }
    const anchor = anchorBehind(layout, slot, last)
    if (anchor !== undefined || last === layout.slots.length - 1) return { by: 'right', slot, last, anchor }
  }
}

/** Whether the beginning of a value shows when its end is known. */
function isClosedOnLeft(layout: Layout, slot: number): boolean {
  return slotAt(layout, slot).shape.width !== undefined || anchorBefore(layout, slot) !== undefined
}

/** The last character of the literal before a slot that the value cannot hold, or the literal where the value lacks it. */
export function anchorBefore(layout: Layout, slot: number): Anchor | undefined {
  const literal = literalAt(layout, slot)
  const { shape } = slotAt(layout, slot)
  const index = literal.split('').findLastIndex(character => !shape.holds(character))
  if (index !== -1) return { text: literal.charAt(index), index }
  const isLast = (literal + shape.example).lastIndexOf(literal) === 0
  return isLast && shape.lacks?.(literal) ? { text: literal, index: 0 } : undefined
}

/** Characters of the pattern that a value cannot hold. */
export function strangers({ literals }: Layout, { shape }: Slot): readonly string[] {
  return [...new Set(literals.join('').split(''))].filter(character => !shape.holds(character))
}

/** A character of the literal behind `last`, or all of it, that stands nowhere from the beginning of `first` up to there. */
function anchorBehind(layout: Layout, first: number, last: number): Anchor | undefined {
  const between = layout.literals.slice(first + 1, last + 1)
  const shapes = layout.slots.slice(first, last + 1).map(({ shape }) => shape)
  const literal = literalAt(layout, last + 1)
  const anchor = anchorIn(
    literal,
    character => !shapes.some(shape => shape.holds(character)) && !between.some(text => text.includes(character))
  )
  if (anchor !== undefined || !shapes.every(shape => isStrange(shape, literal))) return anchor
  const run = shapes.flatMap((shape, i) => [...placesOf(shape), ...charactersOf(between[i] ?? '')])
  return standsEarlier(literal, run) ? undefined : { text: literal, index: 0 }
}

/** Where one character stands, or as many as a value has. */
interface Place {
  readonly holds: (character: string) => boolean
  readonly isValue: boolean
}

/** A value that lacks texts by custom, though not by its characters, is taken to be as its example. */
function placesOf({ holds, lacks, example }: Shape): readonly Place[] {
  return lacks === undefined ? [{ holds, isValue: true }] : charactersOf(example)
}

function charactersOf(text: string): readonly Place[] {
  return text.split('').map(one => ({ holds: character => character === one, isValue: false }))
}

/** Whether a literal may begin within the run before it: half at the end of a value or literal, half in what follows. */
function standsEarlier(literal: string, run: readonly Place[]): boolean {
  const places = [...run, ...charactersOf(literal)]
  let reached = new Set(run.keys())
  for (const character of literal) {
    const next = new Set<number>()
    for (const from of reached) {
      for (let i = from; i < places.length; i++) {
        const { holds, isValue } = places[i] as Place
        if (holds(character)) next.add(isValue ? i : i + 1)
        // A value may be empty; nothing else is passed over.
        if (!isValue) break
      }
    }
    reached = next
  }
  return reached.size > 0
}

/** Whether values of a shape do not hold a text. */
function isStrange({ holds, lacks }: Shape, text: string): boolean {
  return lacks?.(text) ?? text.split('').some(character => !holds(character))
}

function anchorIn(following: string, isStrange: (character: string) => boolean): Anchor | undefined {
  const index = following.split('').findIndex(isStrange)
  return index === -1 ? undefined : { text: following.charAt(index), index }
}

/** What ends a value: the literal behind it or, where the next value follows at once, what that one begins with. */
export function closing({ literals, slots }: Layout, slot: number): string {
  return literals[slot + 1] || (slots[slot + 1]?.shape.begins ?? '')
}

/** A slot of which nothing is known, taken not to hold the characters that enclose it. */
function narrowed(slot: Slot, layout: Layout, index: number): Slot {
  if (slot.shape.isGuess !== true) return slot
  const around = literalAt(layout, index).slice(-1) + literalAt(layout, index + 1).charAt(0)
  const { description, holds } = slot.shape
  const shape = {
    ...slot.shape,
    description: `${description} and without ${JSON.stringify(around)}`,
    holds: (character: string) => holds(character) && !around.includes(character),
    fits: (value: string) => !around.split('').some(character => value.includes(character))
  }
  return { ...slot, shape }
}

function ambiguous(layout: Layout, { left, right }: Clash): SluiceError {
  const [first, second] = [slotAt(layout, left), slotAt(layout, right)]
  const between = layout.slots
    .slice(left + 1, right)
    .reduce((text, slot, i) => text + slot.shape.example + literalAt(layout, left + 2 + i), literalAt(layout, left + 1))
  const [a, b] = [first.shape.example, second.shape.example]
  const [oneWay, otherWay] =
    between === ''
      ? ([
          [a, b],
          [a + b.slice(0, 1), b.slice(1)]
        ] as const)
      : ([
          [a, b + between + b],
          [a + between + b, b]
        ] as const)
  const example = oneWay.join(between)
  const because = between === '' ? 'nothing stands between them' : `${first.name} may hold what stands between them`
  const quoted = (texts: readonly string[]): string => texts.map(text => JSON.stringify(text)).join(' and ')
  return new SluiceError(
    'E_PARSE_PATTERN',
    `column ${first.column + 1}: ${first.name} and ${second.name} (column ${second.column + 1}) cannot be told apart, ` +
      `because ${because}: ${quoted([example])} could be ${quoted(oneWay)}, or ${quoted(otherWay)}; ` +
      'allowed: a quote, or another character that neither can hold, between them',
    { context: { pattern: layout.pattern, column: first.column, variables: [first.name, second.name], example } }
  )
}

export function slotAt({ slots }: Layout, index: number): Slot {
  const slot = slots[index]
  if (slot === undefined) throw new RangeError(`no slot ${index}`)
  return slot
}

export function literalAt({ literals }: Layout, index: number): string {
  return literals[index] ?? ''
}
