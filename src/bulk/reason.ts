// What an error says, in one line that a person can read: Elasticsearch's own words where it answered.

import type { ItemAnswer } from './classify.ts'
import { elasticsearch } from './elasticsearch.ts'

/** Longest reason, in characters: a gateway may send a whole page. */
const MAX_LENGTH = 300
/** As much of a page is looked at, in characters. */
const MAX_PAGE_LENGTH = 10_000

/** Elasticsearch's own words within an answer, which a gateway's page has not. */
export function errorIn(body: unknown): NonNullable<ItemAnswer['error']> {
  const error = (body as { error?: unknown } | undefined)?.error
  return typeof error === 'object' && error !== null ? error : {}
}

/** Elasticsearch's error type and reason, without the query of the request that it names; else what can be said. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return wordsOf(error)
    .replace(/(REST request \[[^\]?]*)\?[^\]]*/, '$1')
    .slice(0, MAX_LENGTH)
}

function wordsOf(error: Error): string {
  const { ProductNotSupportedError, ResponseError } = elasticsearch().errors
  if (error instanceof ProductNotSupportedError) return 'what answers there is not Elasticsearch'
  if (!(error instanceof ResponseError)) return (error.message.split('\n', 1)[0] ?? '') || error.name
  const { type, reason } = errorIn(error.body)
  if (typeof reason === 'string' && reason !== '') return [type, reason].filter(Boolean).join(': ')
  const { location } = error.headers ?? {}
  if (location !== undefined) return `redirected to ${location}`
  const said = typeof error.body === 'string' ? textOfPage(error.body) : JSON.stringify(error.body)
  return said === '' ? `HTTP status ${error.statusCode}, without a word` : `HTTP status ${error.statusCode}: ${said}`
}

/** What a person would read of a page. */
function textOfPage(page: string): string {
  return page
    .slice(0, MAX_PAGE_LENGTH)
    .replace(/<(style|script)\b[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
