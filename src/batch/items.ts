// What is known of the documents of a batch beside their bytes, in columns: most batches are delivered at once, and nobody
// asks for their items. They are made when somebody does.

import type { Body, GenerationId, Item, LineMarks, Offset } from '#record'

/** Columns: where a document's span begins and ends, and where what it was made of stands in its origin, and how long it is. */
const [START, END, FROM, LENGTH, WIDTH] = [0, 1, 2, 3, 4]
const FIRST_ROWS = 256

/** What the documents from one on were made of, until the next: lines in these bytes, or texts. */
interface Origin {
  readonly first: number
  readonly generation: GenerationId
  readonly bytes: Buffer | undefined
}

/** A class, because an object with accessors of its own has a shape of its own, which its callers would meet anew each time. */
export class Items {
  readonly #origins: Origin[] = []
  readonly #texts: string[] = []
  readonly #more = new Map<number, Pick<Item, 'ordinal' | 'marks'>>()
  #rows = new Float64Array(FIRST_ROWS * WIDTH)
  #generation: GenerationId | undefined
  #bytes: Buffer | undefined
  count = 0

  add(generation: GenerationId, start: Offset, end: Offset, raw: string): void {
    this.#add(generation, start, end, undefined, this.#texts.push(raw) - 1, raw.length)
  }

  /** The same of a line that stands in these bytes, in UTF-8. */
  addAt(generation: GenerationId, start: Offset, end: Offset, bytes: Buffer, from: number, length: number): void {
    this.#add(generation, start, end, bytes, from, length)
  }

  #add(
    generation: GenerationId,
    start: Offset,
    end: Offset,
    bytes: Buffer | undefined,
    from: number,
    length: number
  ): void {
    if (bytes !== this.#bytes || generation !== this.#generation) {
      this.#origins.push({ first: this.count, generation, bytes })
      this.#bytes = bytes
      this.#generation = generation
    }
    const at = WIDTH * this.count
    if (at === this.#rows.length) this.#grow()
    const rows = this.#rows
    rows[at + START] = start
    rows[at + END] = end
    rows[at + FROM] = from
    rows[at + LENGTH] = length
    this.count += 1
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#rows.length)
    larger.set(this.#rows)
    this.#rows = larger
  }

  /** Says more of the one that was added last. */
  mark(ordinal: number, marks: LineMarks | undefined): void {
    this.#more.set(this.count - 1, { ordinal, marks })
  }

  /** All of them; ids and documents are those of the body. */
  list(body: Body): readonly Item[] {
    return this.#origins.flatMap((origin, i) => {
      const behind = this.#origins[i + 1]?.first ?? this.count
      return Array.from({ length: behind - origin.first }, (_, j) => this.#item(origin, origin.first + j, body))
    })
  }

  #item({ generation, bytes }: Origin, index: number, body: Body): Item {
    const [start, end, from, length] = this.#rows.subarray(WIDTH * index, WIDTH * (index + 1)) as unknown as [
      Offset,
      Offset,
      number,
      number
    ]
    const raw = bytes === undefined ? (this.#texts[from] as string) : bytes.toString('utf8', from, from + length)
    const { ordinal = 0, marks } = this.#more.get(index) ?? {}
    return new Written({ generation, start, end, raw, ordinal, marks }, body, index)
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
