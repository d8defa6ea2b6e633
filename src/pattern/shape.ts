// What values look like, as far as it takes to tell each from its neighbours in a line. A shape never lets through what
// its values cannot be: of a value's characters it says "may hold" rather than too little.

/** The look of one kind of value. */
export interface Shape {
  /** What it is, in words that follow "expected". */
  readonly description: string
  /** A value of this shape. */
  readonly example: string
  /** Whether the character may stand in a value. */
  holds(character: string): boolean
  /** Whether a text is such a value, where its characters alone do not say; what is none does not match. */
  fits?(text: string): boolean
  /** The same of a text of ASCII that stands in bytes; a shape that is made of another with another `fits` leaves this out. */
  fitsAt?(bytes: Buffer, from: number, to: number): boolean
  /** The length of every value, where it is always the same. */
  readonly width?: number
  /** What values begin with, so that one can be told from a value that stands right before it. */
  readonly begins?: string
  /** For shapes that show where they end: what finds the end of a value that `literal` follows; -1 where none ends so. */
  endBefore?(literal: string, next?: Neighbour): FindEnd | undefined
  /**
   * Whether values are taken not to hold a text, though they may hold each of its characters: they end where that text
   * first stands, or begin where it last does.
   */
  lacks?(text: string): boolean
  /** Where the value at a place ends, for values that are known wherever they stand; -1 where there is none. */
  readonly recognize?: FindEnd
  /**
   * Set where values that could otherwise not be told apart are taken not to hold a vertical bar, where a pattern has bars:
   * a line in which one does has a bar too many, and does not fit.
   */
  readonly isBarless?: true
  /**
   * Set where nothing is known of the values. Where they could otherwise not be told from their neighbours they are
   * taken not to hold the characters that enclose them.
   */
  readonly isGuess?: true
}

/** The value behind a literal, and what stands behind that value. */
export interface Neighbour {
  readonly shape: Shape
  readonly literal: string
  readonly isLast: boolean
}

export interface FindEnd {
  (line: string, from: number): number
  /** The same in bytes, where that takes less time than to make a text of them. What is made of another finder lacks it. */
  readonly inBytes?: FindEndIn
}

/** Where the value at a place ends in the bytes of a line of ASCII that ends at `to`; -1 where none does. */
export type FindEndIn = (bytes: Buffer, from: number, to: number) => number

/** Finds in texts, and in bytes where that is given. */
export function findEnd(inText: FindEnd, inBytes: FindEndIn | undefined): FindEnd {
  return inBytes === undefined ? inText : Object.assign((line: string, from: number) => inText(line, from), { inBytes })
}

const isPrintable = (character: string): boolean => character >= ' ' && character < '\x7f' && character !== '"'

/** Any text whose writer escapes quotes, control characters and what is not ASCII. */
export const text: Shape = {
  description: 'text without a quote',
  example: 'ab',
  holds: isPrintable,
  isBarless: true
}

/** Text of which nothing is known. */
export const unknown: Shape = { ...text, isGuess: true }

/** Text without blanks. */
export const token: Shape = {
  description: 'text without blanks',
  example: 'ab',
  holds: character => isPrintable(character) && character !== ' ',
  isBarless: true
}

/** The address of a peer, or `unix:`. */
export const ip: Shape = {
  description: 'an address',
  example: '192.0.2.1',
  holds: character => /[\w.:%[\]-]/.test(character)
}

/** Letters and digits. */
export const word: Shape = {
  description: 'letters and digits',
  example: 'ab',
  holds: character => /[0-9A-Za-z]/.test(character)
}

/** A host's name, with a port or without. */
export const host: Shape = {
  description: 'the name of a host',
  example: 'a.example',
  holds: character => token.holds(character) && character !== '/',
  isBarless: true
}

/** What follows the host in a URI; a blank may stand in it. */
export const target: Shape = {
  description: 'a path',
  example: '/a',
  holds: isPrintable,
  begins: '/',
  isBarless: true
}

/** A whole number, or `-` where there is none. */
export const integer: Shape = {
  description: 'a whole number or -',
  example: '200',
  holds: isNumeral,
  fits: value => value === '-' || areDigits(value, 0, value.length),
  fitsAt: (bytes, from, to) => areDigitsAt(bytes, from, to) || (to - from === 1 && bytes[from] === DASH)
}

/** A value that may hold quotes too, but no text of several characters that is not of letters and digits alone. */
export function unescaped(looks: Shape): Shape {
  const isText = looks.fits === undefined && looks.endBefore === undefined
  if (!isText) return looks
  return {
    ...looks,
    holds: character => looks.holds(character) || character === '"',
    lacks: text => text.length > 1 && /\W/.test(text)
  }
}

/** A number with or without a fraction, or `-` where there is none. */
export const decimal: Shape = {
  description: 'a number or -',
  example: '0.005',
  holds: character => isNumeral(character) || character === '.',
  fits: value => value === '-' || isDecimal(value)
}

/** One character out of a few. */
export function oneOf(characters: string): Shape {
  return {
    description: `one of ${[...characters].map(character => JSON.stringify(character)).join(', ')}`,
    example: characters.charAt(0),
    holds: character => characters.includes(character),
    fits: value => value.length === 1 && characters.includes(value),
    width: 1
  }
}

/** A time of fixed length; `reads` says whether it is one. */
export function time(example: string, reads: (text: string) => boolean): Shape {
  return {
    description: `a time such as ${example}`,
    example,
    holds: character => /[0-9A-Za-z:+\-./ ]/.test(character),
    fits: reads,
    width: example.length
  }
}

/**
 * Several of a kind as nginx writes them: separated by `, ` and, where a request moved to other servers, by ` : `.
 * What stands behind a list and a blank is taken not to begin with a colon and a blank.
 * See "$upstream_addr" of ngx_http_upstream_module.
 */
export function list(item: Shape): Shape {
  return {
    description: `${item.description}, or several separated by ", " and " : "`,
    example: item.example,
    holds: character => item.holds(character) || character === ' ' || character === ',' || character === ':',
    fits: value => splitList(value).every(part => item.fits?.(part) ?? true),
    isBarless: true,
    endBefore: literal =>
      literal.includes(' :')
        ? undefined
        : listEnd(literal, (line, blank) => line.startsWith(' : ', blank) || line.startsWith(' : ', blank - 2))
  }
}

/** The addresses of X-Forwarded-For: whatever a client sent, but taken for addresses where nothing else ends them. */
export const addresses: Shape = {
  description: 'addresses separated by ", "',
  example: '192.0.2.1',
  holds: isPrintable,
  isBarless: true,
  endBefore(literal) {
    const find = listEnd(literal, () => false)
    if (find === undefined) return undefined
    return (line, from) => {
      const end = find(line, from)
      return end !== -1 && /^[\w.:[\]%-]+(?:, ?[\w.:[\]%-]+)*$/.test(line.slice(from, end)) ? end : -1
    }
  }
}

/** The values of a list. */
export function splitList(value: string): string[] {
  return value.split(/, | : /)
}

/** A list ends at a blank that separates none of its values: none behind a comma, nor another separator's. */
function listEnd(literal: string, isSeparator: (line: string, blank: number) => boolean): FindEnd | undefined {
  const blankAt = literal.indexOf(' ')
  if (blankAt === -1 || literal.startsWith(',')) return undefined
  return (line, from) => {
    let end = line.indexOf(literal, from)
    while (end !== -1 && (line[end + blankAt - 1] === ',' || isSeparator(line, end + blankAt))) {
      end = line.indexOf(literal, end + 1)
    }
    return end
  }
}

function isNumeral(character: string): boolean {
  return (character >= '0' && character <= '9') || character === '-'
}

function areDigits(value: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = value.charCodeAt(i)
    if (code < 0x30 || code > 0x39) return false
  }
  return to > from
}

function areDigitsAt(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = bytes[i] as number
    if (code < 0x30 || code > 0x39) return false
  }
  return to > from
}

const DASH = 0x2d

function isDecimal(value: string): boolean {
  const dot = value.indexOf('.')
  return dot === -1
    ? areDigits(value, 0, value.length)
    : areDigits(value, 0, dot) && areDigits(value, dot + 1, value.length)
}
