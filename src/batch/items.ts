// What is known of the documents of a batch beside their bytes, in columns: most batches are delivered at once, and nobody
// asks for their items. They are made when somebody does.

import type { Body, GenerationId, Item, LineMarks, Offset } from '#record'

/** A class, because an object with accessors of its own has a shape of its own, which its callers would meet anew each time. */
export class Items {
  readonly #generations: GenerationId[] = []
  readonly #starts: Offset[] = []
  readonly #ends: Offset[] = []
  /** What they were made of, or where it stands. */
  readonly #raws: (string | Buffer)[] = []
  readonly #froms: number[] = []
  readonly #lengths: number[] = []
  readonly #more = new Map<number, Pick<Item, 'ordinal' | 'marks'>>()
  count = 0

  add(generation: GenerationId, start: Offset, end: Offset, raw: string): void {
    this.#add(generation, start, end, raw, 0, 0)
  }

  /** The same of a line that stands in these bytes, in UTF-8. */
  addAt(generation: GenerationId, start: Offset, end: Offset, bytes: Buffer, from: number, length: number): void {
    this.#add(generation, start, end, bytes, from, length)
  }

  #add(generation: GenerationId, start: Offset, end: Offset, raw: string | Buffer, from: number, length: number): void {
    this.#generations.push(generation)
    this.#starts.push(start)
    this.#ends.push(end)
    this.#raws.push(raw)
    this.#froms.push(from)
    this.#lengths.push(length)
    this.count += 1
  }

  /** Says more of the one that was added last. */
  mark(ordinal: number, marks: LineMarks | undefined): void {
    this.#more.set(this.count - 1, { ordinal, marks })
  }

  /** All of them; ids and documents are those of the body. */
  list(body: Body): readonly Item[] {
    return this.#raws.map((where, i) => {
      const from = this.#froms[i] as number
      const raw = typeof where === 'string' ? where : where.toString('utf8', from, from + (this.#lengths[i] as number))
      const { ordinal = 0, marks } = this.#more.get(i) ?? {}
      const generation = this.#generations[i] as GenerationId
      const [start, end] = [this.#starts[i] as Offset, this.#ends[i] as Offset]
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
