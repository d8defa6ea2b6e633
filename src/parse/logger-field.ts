// What loggers' format strings are made of, whichever library's they are: literal text, and between it the attributes of a
// record with the way in which each is written.

/** An attribute where a format names it, and how it is written there. */
export interface Field {
  readonly attribute: string
  readonly spec: Spec
  /** What stands beside the attribute in a notation of its own, such as how a time is written. */
  readonly option?: string
  /** Levels by other texts that the format has for them. */
  readonly levels?: ReadonlyMap<string, string>
  /** What a value does not begin with, because it stands there where the value is left out. */
  readonly unlike?: string
  /** What was sent, of a text as the format escapes it. */
  readonly decode?: (text: string) => string
  /** As it stands in the format. */
  readonly written: string
  readonly column: number
}

export interface Spec {
  readonly conversion: 'text' | 'repr' | 'integer' | 'hexadecimal' | 'octal' | 'binary' | 'decimal'
  /** Where values shorter than `width` characters stand in it; the default is left to the kind of the value. */
  readonly align: 'left' | 'right' | 'center' | undefined
  readonly fill: string
  readonly width: number
  /** Whether a blank stands before numbers that are not negative. */
  readonly isBlankSigned: boolean
  /** How many characters of a text are kept, or digits of a fraction written. */
  readonly precision: number | undefined
  /** Whether those are its last characters. */
  readonly keepsEnd?: true
}

/** `literals[i]` stands before field i, the last one behind the last field. */
export interface Format {
  readonly literals: readonly string[]
  readonly fields: readonly Field[]
}

/** As it is. */
export const PLAIN: Spec = {
  conversion: 'text',
  align: undefined,
  fill: ' ',
  width: 0,
  isBlankSigned: false,
  precision: undefined
}
