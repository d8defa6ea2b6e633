// Cuts a condition into tokens as the lexer of Painless does; see "Painless language specification" of Elasticsearch.

import { mistake } from './mistake.ts'

/** A piece of a condition; `column` counts from 0. */
export type Token =
  | { readonly kind: 'name'; readonly text: string; readonly column: number }
  | { readonly kind: 'string'; readonly text: string; readonly value: string; readonly column: number }
  | { readonly kind: 'number'; readonly text: string; readonly number: NumberLiteral; readonly column: number }
  | { readonly kind: 'regex'; readonly text: string; readonly regex: RegExp; readonly column: number }
  | { readonly kind: 'operator'; readonly text: string; readonly column: number }
  | { readonly kind: 'end'; readonly text: ''; readonly column: number }

/** A number and the type that its writing gives it. */
export interface NumberLiteral {
  readonly value: number
  readonly type: 'int' | 'long' | 'double'
}

const BLANK = /(?:[ \t\r\n]+|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/y
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const NUMBER = /(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?[lLdD]?(?![A-Za-z0-9_]|\.\d)/y
const STRING = /"(?:[^"\\]|\\["\\])*"|'(?:[^'\\]|\\['\\])*'/y
const REGEX = /\/((?:[^/\\\n]|\\[^\n])+)\/([a-zA-Z]*)/y
const OPERATOR = /===|!==|==~|==|=~|!=|<=|>=|&&|\|\||\?\.|\?:|<<|>>|->|\+\+|--|[-+*/%<>!?:.,;()[\]{}=&|^~]/y

/** @throws SluiceError E_ENRICH_CONDITION at what is no token */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (match === null) return undefined
    at = pattern.lastIndex
    return match
  }
  for (;;) {
    take(BLANK)
    if (at === source.length) return [...tokens, { kind: 'end', text: '', column: at }]
    const column = at
    const token = nextToken(source, column, canBeginRegex(tokens.at(-1)), take)
    if (token === undefined) throw noToken(source, column)
    tokens.push(token)
  }
}

function nextToken(
  source: string,
  column: number,
  isRegexAllowed: boolean,
  take: (pattern: RegExp) => RegExpExecArray | undefined
): Token | undefined {
  const name = take(NAME)
  if (name !== undefined) return { kind: 'name', text: name[0], column }
  const number = take(NUMBER)
  if (number !== undefined)
    return { kind: 'number', text: number[0], number: toNumber(source, column, number[0]), column }
  const string = take(STRING)
  if (string !== undefined) {
    return { kind: 'string', text: string[0], value: string[0].slice(1, -1).replace(/\\(.)/g, '$1'), column }
  }
  const regex = isRegexAllowed ? take(REGEX) : undefined
  if (regex !== undefined) return { kind: 'regex', text: regex[0], regex: toRegex(source, column, regex), column }
  const operator = take(OPERATOR)
  return operator === undefined ? undefined : { kind: 'operator', text: operator[0], column }
}

/** A slash behind a value divides. */
function canBeginRegex(before: Token | undefined): boolean {
  if (before === undefined) return true
  return before.kind === 'operator' && before.text !== ')' && before.text !== ']'
}

function toNumber(source: string, column: number, text: string): NumberLiteral {
  const value = Number(text.replace(/[lLdD]$/, ''))
  if (/[.eEdD]/.test(text)) return { value, type: 'double' }
  const isLong = /[lL]$/.test(text)
  if (isLong ? Number.isSafeInteger(value) : value <= 2_147_483_647) return { value, type: isLong ? 'long' : 'int' }
  throw mistake(
    source,
    column,
    text,
    isLong ? 'whole numbers up to 2^53' : `whole numbers up to 2147483647, and ${text}L beyond`
  )
}

function toRegex(source: string, column: number, [text, body = '', flags = '']: RegExpExecArray): RegExp {
  if (!/^[ims]*$/.test(flags)) throw mistake(source, column, text, 'the flags i, m and s')
  try {
    return new RegExp(body, flags)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw mistake(source, column, text, `a regular expression that JavaScript understands too (${why})`)
  }
}

function noToken(source: string, column: number) {
  const first = source[column]
  if (first === '"' || first === "'") {
    return mistake(
      source,
      column,
      source.slice(column),
      `a closing ${first}; a backslash stands only before ${first} or another backslash`
    )
  }
  const word = /[\w.]+/y
  word.lastIndex = column
  const found = word.exec(source)?.[0] ?? source.slice(column, column + 1)
  return mistake(source, column, found, 'fields of ctx, numbers without leading zeros, texts in quotes, and operators')
}
