// What an error says, in one line that a person can read: Elasticsearch's own words where it answered.

import type { ItemAnswer } from './classify.ts'
import { elasticsearch } from './elasticsearch.ts'

/** Longest reason, in characters: a gateway may send a whole page. */
const MAX_LENGTH = 300

/** Elasticsearch's own words within an answer, which a gateway's page has not. */
export function errorIn(body: unknown): NonNullable<ItemAnswer['error']> {
  const error = (body as { error?: unknown } | undefined)?.error
  return typeof error === 'object' && error !== null ? error : {}
}

/** Elasticsearch's error type and reason, without the query of the request that it names; else the error's first line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { ProductNotSupportedError, ResponseError } = elasticsearch().errors
  if (error instanceof ProductNotSupportedError) return 'what answers there is not Elasticsearch'
  const answer = error instanceof ResponseError ? error : undefined
  const elsewhere = answer?.headers?.location
  if (elsewhere !== undefined) return `redirected to ${elsewhere}`.slice(0, MAX_LENGTH)
  const { type = '', reason = '' } = errorIn(answer?.body)
  const firstLine = (error.message.split('\n', 1)[0] ?? '') || error.name
  const words = reason === '' ? firstLine : [type, reason].filter(Boolean).join(': ')
  return words.replace(/(REST request \[[^\]?]*)\?[^\]]*/, '$1').slice(0, MAX_LENGTH)
}
