// Lines that stand in the bytes that were read, as nearly all do. A text is made of them when somebody asks for it, which of
// most lines nobody does.

import { type Line, type Offset, offset } from '#record'

/** Bytes that were read, sound UTF-8 or ASCII alone, as long as nobody writes to them. */
export class Page {
  readonly bytes: Buffer
  readonly isAscii: boolean
  #characters: string | undefined

  constructor(bytes: Buffer, isAscii: boolean) {
    this.bytes = bytes
    this.isAscii = isAscii
  }

  /** All of it, each byte one character. */
  get characters(): string {
    this.#characters ??= this.bytes.toString('latin1')
    return this.#characters
  }

  text(from: number, to: number): string {
    return this.isAscii ? this.characters.slice(from, to) : this.bytes.toString('utf8', from, to)
  }
}

/** A line, or lines that follow each other with nothing but newlines between, from `from` to `to` of a page. */
export class Standing implements Line {
  readonly start: Offset
  readonly ordinal = 0
  readonly from: number
  to: number
  end: Offset
  lines = 1
  #page: Page | undefined
  #text: string | undefined

  constructor(page: Page, from: number, to: number, start: number, end: number) {
    this.#page = page
    this.from = from
    this.to = to
    this.start = offset(start)
    this.end = offset(end)
  }

  get bytes(): Buffer | undefined {
    return this.#page?.bytes
  }

  get characters(): string | undefined {
    return this.#page?.characters
  }

  get isAscii(): boolean {
    return this.#page?.isAscii === true
  }

  get isSeveral(): boolean {
    return this.lines > 1
  }

  get text(): string {
    this.#text ??= this.#page?.text(this.from, this.to) ?? ''
    return this.#text
  }

  /** Makes it longer by a line right behind it, and says whether it could. */
  extend(next: Line): boolean {
    if (!(next instanceof Standing) || this.#page === undefined || next.#page !== this.#page) return false
    if (next.from !== this.to + 1) return false
    this.to = next.to
    this.end = next.end
    this.lines += 1
    this.#text = undefined
    return true
  }

  /** Takes blank lines off the end of its text. */
  trim(): void {
    const { bytes, from } = this
    if (bytes === undefined) this.#text = this.text.replace(/\n+$/, '')
    else {
      while (this.to > from && bytes[this.to - 1] === NEWLINE) this.to -= 1
      this.#text = undefined
    }
  }

  /** Keeps its text instead of the bytes, which may be written to from now on. */
  detach(): void {
    this.#text = this.text
    this.#page = undefined
  }
}

const NEWLINE = 0x0a
