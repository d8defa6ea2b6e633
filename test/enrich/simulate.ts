// What becomes of documents by processors, here and in a real Elasticsearch by `_ingest/pipeline/_simulate`.

import { Client } from '@elastic/elasticsearch'
import { expect } from 'vitest'
import { compileProcessors, type EnrichEntry, Failure } from '#enrich'
import { SluiceError } from '#errors'
import type { Fields } from '#record'
import { elasticsearch } from '../elasticsearch.ts'

const { url, auth } = await elasticsearch()
const client = new Client({ node: url, ...(auth && { auth }) })

/** What became of each document, or of all of them. */
export type Answer = (Fields | 'dropped' | 'failed')[] | 'refused'

export async function theirs(processors: EnrichEntry[], documents: Fields[]): Promise<Answer> {
  const body = { pipeline: { processors }, docs: documents.map(_source => ({ _index: 'i', _id: '1', _source })) }
  try {
    const answer = await client.transport.request<{ docs: (null | { doc?: { _source: Fields }; error?: object })[] }>({
      method: 'POST',
      path: '/_ingest/pipeline/_simulate',
      body
    })
    return answer.docs.map(result => shipped(result === null ? 'dropped' : (result.doc?._source ?? 'failed')))
  } catch (error) {
    expect(error).toMatchObject({ statusCode: 400 })
    return 'refused'
  }
}

export function ours(processors: EnrichEntry[], documents: Fields[]): Answer {
  try {
    const enrich = compileProcessors(processors)
    return documents.map(document => {
      const fields = structuredClone(document)
      const outcome = enrich(fields)
      return shipped(outcome instanceof Failure ? 'failed' : (outcome ?? fields))
    })
  } catch (error) {
    expect(error).toBeInstanceOf(SluiceError)
    return 'refused'
  }
}

/** An answer as JSON has it: no field is undefined there, and no zero negative. */
function shipped<One extends Fields | string>(answer: One): One {
  return JSON.parse(JSON.stringify(answer))
}

const { nodes } = await client.nodes.info({ metric: 'plugins' })
/** Whether it fills in templates. */
export const hasMustache = Object.values(nodes).every(({ modules }) =>
  modules?.some(({ name }) => name === 'lang-mustache')
)
