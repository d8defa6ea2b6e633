// What is known of the documents of a batch beside their bytes, in columns: most batches are delivered at once, and nobody
// asks for their items. They are made when somebody does.

import type { Body, GenerationId, Item, LineMarks, Offset } from '#record'

export interface Items {
  readonly count: number
  add(generation: GenerationId, start: Offset, end: Offset, raw: string): void
  /** The same of a line of ASCII, which stands in these bytes. */
  addAt(generation: GenerationId, start: Offset, end: Offset, bytes: Buffer, from: number, length: number): void
  /** Says more of the one that was added last. */
  mark(ordinal: number, marks: LineMarks | undefined): void
  /** All of them; ids and documents are those of the body. */
  list(body: Body): readonly Item[]
}

export function createItems(): Items {
  const generations: GenerationId[] = []
  const starts: Offset[] = []
  const ends: Offset[] = []
  /** What they were made of, or where it stands. */
  const raws: (string | Buffer)[] = []
  const froms: number[] = []
  const lengths: number[] = []
  const more = new Map<number, Pick<Item, 'ordinal' | 'marks'>>()
  return {
    get count() {
      return raws.length
    },
    add(generation, start, end, raw) {
      generations.push(generation)
      starts.push(start)
      ends.push(end)
      raws.push(raw)
      froms.push(0)
      lengths.push(0)
    },
    addAt(generation, start, end, bytes, from, length) {
      generations.push(generation)
      starts.push(start)
      ends.push(end)
      raws.push(bytes)
      froms.push(from)
      lengths.push(length)
    },
    mark(ordinal, marks) {
      more.set(raws.length - 1, { ordinal, marks })
    },
    list: body =>
      raws.map((where, i) => {
        const from = froms[i] as number
        const raw = typeof where === 'string' ? where : where.toString('latin1', from, from + (lengths[i] as number))
        const { ordinal = 0, marks } = more.get(i) ?? {}
        const generation = generations[i] as GenerationId
        const [start, end] = [starts[i] as Offset, ends[i] as Offset]
        return new Written({ generation, start, end, raw, ordinal, marks }, body, i)
      })
  }
}

/** An item whose document is in the body already: its text is made again for the few that need it. */
class Written implements Item {
  readonly generation: Item['generation']
  readonly id: string
  readonly ordinal: number
  readonly start: Item['start']
  readonly end: Item['end']
  readonly raw: string
  readonly marks: Item['marks']
  readonly #body: Body
  readonly #index: number

  constructor({ generation, ordinal, start, end, raw, marks }: Omit<Item, 'id' | 'source'>, body: Body, index: number) {
    this.generation = generation
    this.id = body.id(index)
    this.ordinal = ordinal
    this.start = start
    this.end = end
    this.raw = raw
    this.marks = marks
    this.#body = body
    this.#index = index
  }

  get source(): string {
    return this.#body.source(this.#index)
  }
}
