// The part of Kibana's query language that dashboards and rules are written in: read once, for its fields and for the
// query that Elasticsearch gets. It makes what `buildEsQuery` of Kibana makes; what is not understood is refused, so that
// nothing is asked for that was not meant. See "Kibana Query Language" of Kibana's guide.

import { SluiceError } from '#errors'

/** A query as Elasticsearch takes it; see "Query DSL" of its reference. */
export type Query = Readonly<Record<string, unknown>>

interface Read {
  readonly query: Query
  readonly fields: readonly string[]
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(<=|>=|[():<>])|((?:[^\s"():<>{}\\]|\\.)+))/y
const RANGES: Readonly<Record<string, string>> = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' }

/** @throws SluiceError E_KIBANA_KQL with the place where it is not understood */
export function kqlQuery(text: string): Query {
  return readKql(text).query
}

/**
 * Every field that a text asks for, in order, each once.
 * @throws SluiceError E_KIBANA_KQL with the place where it is not understood
 */
export function kqlFields(text: string): string[] {
  return [...new Set(readKql(text).fields)]
}

interface Token {
  readonly text: string
  readonly at: number
}

function readKql(text: string): Read {
  const tokens = tokensOf(text)
  let next = 0
  const peek = (): string | undefined => tokens[next]?.text
  const refuse = (allowed: string): never => {
    const found = tokens[next]
    const what = found === undefined ? 'the end' : JSON.stringify(found.text)
    const column = (found?.at ?? text.length) + 1
    throw new SluiceError(
      'E_KIBANA_KQL',
      `KQL ${JSON.stringify(text)}: ${what} at column ${column}; allowed: ${allowed}`
    )
  }
  const take = (): string => {
    next += 1
    return tokens[next - 1]?.text ?? ''
  }
  const expect = (word: string): void => {
    if (peek() !== word) refuse(JSON.stringify(word))
    next += 1
  }
  const isWord = (word: string): boolean => peek()?.toLowerCase() === word

  /** Parts joined by `or`, each of parts joined by `and`. */
  const joined = (part: () => Read): Read => either(list('or', () => every(list('and', () => negated(part)))))
  const list = (word: string, part: () => Read): Read[] => {
    const parts = [part()]
    while (isWord(word)) {
      next += 1
      parts.push(part())
    }
    return parts
  }
  const negated = (part: () => Read): Read => {
    if (!isWord('not')) return part()
    next += 1
    const { query, fields } = negated(part)
    return { query: { bool: { must_not: query } }, fields }
  }
  const grouped = (part: () => Read): Read => {
    expect('(')
    const inner = joined(part)
    expect(')')
    return inner
  }
  const clause = (): Read => {
    if (peek() === '(') return grouped(clause)
    if (!isLiteral(peek())) refuse('a field or "("')
    const field = unquoted(take())
    const operator = peek() ?? ''
    if (operator !== ':' && RANGES[operator] === undefined) refuse('":" or a comparison behind a field')
    next += 1
    const value = (): Read => {
      if (peek() === '(') return grouped(value)
      if (!isLiteral(peek())) refuse('a value')
      const literal = take()
      return { query: comparison(field, operator, literal), fields: [field] }
    }
    return value()
  }

  const all = joined(clause)
  if (next < tokens.length) refuse('"and", "or" or the end')
  return all
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  let end = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const token = match[1] ?? match[2] ?? match[3] ?? ''
    end = TOKEN.lastIndex
    tokens.push({ text: token, at: end - token.length })
  }
  const rest = text.slice(end).trimStart()
  if (rest !== '') {
    const column = text.length - rest.length + 1
    throw new SluiceError('E_KIBANA_KQL', `KQL ${JSON.stringify(text)}: column ${column} is not understood`)
  }
  return tokens
}

const isLiteral = (token: string | undefined): boolean =>
  token !== undefined && !/^([():<>]|<=|>=|and|or|not)$/i.test(token)

const unquoted = (token: string): string => (token.startsWith('"') ? token.slice(1, -1) : token).replace(/\\(.)/g, '$1')

function comparison(field: string, operator: string, literal: string): Query {
  const value = unquoted(literal)
  const range = RANGES[operator]
  if (range !== undefined) return { range: { [field]: { [range]: value } } }
  if (literal.startsWith('"')) return { match_phrase: { [field]: value } }
  if (literal === '*') return { exists: { field } }
  if (literal.includes('*')) return { query_string: { fields: [field], query: literal } }
  return { match: { [field]: value } }
}

function either(parts: readonly Read[]): Read {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  return {
    query: { bool: { should: parts.map(({ query }) => query), minimum_should_match: 1 } },
    fields: fieldsOf(parts)
  }
}

function every(parts: readonly Read[]): Read {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  return { query: { bool: { filter: parts.map(({ query }) => query) } }, fields: fieldsOf(parts) }
}

const fieldsOf = (parts: readonly Read[]): string[] => parts.flatMap(({ fields }) => fields)
