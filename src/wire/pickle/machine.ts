// The stack machine that a pickle is a program for, as pickletools describes it. It only ever builds descriptions; what is
// announced is compared with what is there before anything is made of it, and the first fault ends the program.

import type { PythonValue } from '../python/value.ts'

export class Machine {
  readonly bytes: Buffer
  /** Where the next byte stands that was not yet read. */
  at = 0
  /** Why the program cannot go on. */
  fault: string | undefined
  hasStopped = false
  readonly #stack: PythonValue[] = []
  /** How high the stack was at each mark that is open. */
  readonly #marks: number[] = []
  readonly #memo: PythonValue[] = []
  readonly #maxMemo: number

  constructor(bytes: Buffer, maxMemo: number) {
    this.bytes = bytes
    this.#maxMemo = maxMemo
  }

  fail(reason: string): void {
    this.fault ??= reason
  }

  /** Goes over as many bytes and returns where they begin; where fewer are left it is a fault. */
  skip(length: number): number {
    const start = this.at
    const left = this.bytes.length - start
    if (length > left) this.fail(`${length} bytes are announced, and ${left} are left`)
    else this.at = start + length
    return start
  }

  byte(): number {
    return this.bytes[this.skip(1)] ?? 0
  }

  /** An unsigned whole number, its least significant byte first; 0 where it is cut off. */
  unsigned(length: number): number {
    const start = this.skip(length)
    let value = 0
    if (this.fault === undefined)
      for (let i = start + length - 1; i >= start; i--) value = value * 256 + (this.bytes[i] ?? 0)
    return value
  }

  /** As many bytes as the number of `width` bytes before them says. */
  counted(width: number): Buffer {
    const length = this.unsigned(width)
    const start = this.skip(length)
    return this.bytes.subarray(start, this.at)
  }

  /** Text up to the next newline, which is passed over. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at)
    if (end === -1) this.fail('a newline is missing')
    const text = this.bytes.toString('latin1', this.at, Math.max(end, this.at))
    if (end !== -1) this.at = end + 1
    return text
  }

  push(value: PythonValue): void {
    this.#stack.push(value)
  }

  pop(): PythonValue {
    if (this.#stack.length > (this.#marks.at(-1) ?? 0)) return this.#stack.pop() ?? null
    this.fail('the stack is empty')
    return null
  }

  /** The value on top, which stays there. */
  top(): PythonValue {
    if (this.#stack.length === (this.#marks.at(-1) ?? 0)) this.fail('the stack is empty')
    return this.#stack.at(-1) ?? null
  }

  mark(): void {
    this.#marks.push(this.#stack.length)
  }

  /** Whether nothing stands above the last mark. */
  get isAtMark(): boolean {
    return this.#marks.at(-1) === this.#stack.length
  }

  /** All that stands above the last mark, which goes with it. */
  popToMark(): PythonValue[] {
    const mark = this.#marks.pop()
    if (mark !== undefined) return this.#stack.splice(mark)
    this.fail('no mark was set')
    return []
  }

  /** Remembers the value on top; without an index, under the next one. */
  put(index = this.#memo.length): void {
    if (!(index >= 0 && index < this.#maxMemo)) this.fail(`${index} is no place of the memo; it has ${this.#maxMemo}`)
    else this.#memo[index] = this.top()
  }

  get(index: number): void {
    const value = this.#memo[index]
    if (value === undefined) this.fail(`the memo has nothing at ${index}`)
    else this.push(value)
  }
}
