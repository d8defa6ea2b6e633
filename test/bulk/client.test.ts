// The connection itself: what an error keeps, and how much time an answer has.

import type { errors } from '@elastic/elasticsearch'
import { expect, onTestFinished, test } from 'vitest'
import { createClient, elasticsearch } from '#bulk'
import { call, exchange } from '../../src/bulk/client.ts'
import { drip, elsewhere, endpoint, page, reset, type Step, silence, whole } from './endpoint.ts'

const { signal } = new AbortController()
const { RequestAbortedError, TimeoutError } = elasticsearch().errors

/** A client of an endpoint that answers by a script. */
async function clientOf(...script: readonly Step[]) {
  const { url, received } = await endpoint(script)
  const client = createClient({ nodes: [url], username: 'shipper', password: 'secret of the shipper' }, 200)
  onTestFinished(() => client.close())
  return { client, received }
}

test.each([
  { when: 'nobody is there', step: reset },
  { when: 'the server has no room', step: whole(429) },
  { when: 'a gateway shows its own page', step: page(502) },
  { when: 'a gateway points elsewhere', step: elsewhere },
  { when: 'another service answers', step: page(200) },
  { when: 'no answer comes', step: silence }
])(
  'the error holds the body that was sent and no copy of it, which would be a hundred times as large, where $when',
  async ({ step }) => {
    const { client } = await clientOf(step)
    const bulkBody = Buffer.from('{"create":{"_id":"a"}}\n{}\n')
    const params = { method: 'POST', path: '/a/_bulk', bulkBody: bulkBody as unknown as string }
    const error: unknown = await exchange(client, params, { signal }).catch(error => error)
    expect((error as errors.ResponseError).meta.meta.request.params.body).toBe(bulkBody)
    expect(String(error)).not.toContain('secret')
  }
)

test.each([
  { when: 'nothing of an answer comes', step: silence },
  { when: 'an answer drips in for ever', step: drip }
])('whatever is asked ends in time where $when', async ({ step }) => {
  const { client } = await clientOf(step)
  await expect(call(client, 'GET', '/_anything')).rejects.toBeInstanceOf(TimeoutError)
})

test('what was given up by whoever asked is no fault of the server', async () => {
  const { client, received } = await clientOf(silence)
  const ending = new AbortController()
  const asked = call(client, 'GET', '/_anything', { signal: ending.signal })
  asked.catch(() => {})
  await expect.poll(() => received.length).toBe(1)
  ending.abort()
  await expect(asked).rejects.toBeInstanceOf(RequestAbortedError)
})
