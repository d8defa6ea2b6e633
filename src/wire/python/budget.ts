// How much may come of one record. A few bytes of a pickle can name one value a million times, so what is written is counted
// before it is made, and what has no place left ends the whole.

export class Budget {
  #characters: number
  #values: number
  readonly depth: number
  /** What was too much. */
  fault: string | undefined

  /**
   * @param characters how many may be written
   * @param values how many values may be visited, each as often as it is met
   * @param depth how deep they may stand within each other
   */
  constructor({ characters, values, depth }: { characters: number; values: number; depth: number }) {
    this.#characters = characters
    this.#values = values
    this.depth = depth
  }

  /** Takes from the characters; false where there are not as many left. */
  write(characters: number): boolean {
    this.#characters -= characters
    if (this.#characters < 0) this.fault ??= 'more text would come of it than is allowed'
    return this.fault === undefined
  }

  /** Takes one value at a depth. */
  visit(depth: number): boolean {
    this.#values--
    if (this.#values < 0) this.fault ??= 'more values would come of it than are allowed'
    if (depth > this.depth) this.fault ??= `values stand deeper than ${this.depth} within each other`
    return this.fault === undefined
  }
}
