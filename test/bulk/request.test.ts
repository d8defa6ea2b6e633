// Whether a request can have been stored although no answer tells of it.

import { expect, onTestFinished, test } from 'vitest'
import { createClient } from '#bulk'
import { requestBulk } from '../../src/bulk/request.ts'
import { elsewhere, endpoint, half, page, reset, type Step, silence, whole } from './endpoint.ts'

const { signal } = new AbortController()
const body = Buffer.from('{"create":{"_id":"a"}}\n{}\n')

async function ask(url: string) {
  const client = createClient({ nodes: [url] }, 2_000)
  onTestFinished(() => client.close())
  return requestBulk(client, { index: 'a', body, count: 1 }, { compression: 'none' }, signal)
}

test.each([
  { when: 'nobody listens', url: 'http://127.0.0.1:9' },
  { when: 'the name is unknown', url: 'http://elasticsearch.invalid:9200' }
])('it cannot where $when', async ({ url }) => {
  expect(await ask(url)).toMatchObject({ status: 0, verdict: 'retry', isInDoubt: false })
})

test.each<{ when: string; step: Step; isInDoubt: boolean; reason: RegExp }>([
  { when: 'the connection breaks', step: reset, isInDoubt: true, reason: /ECONNRESET|other side closed/ },
  { when: 'it breaks in the middle of the answer', step: half, isInDoubt: true, reason: /closed|terminated|aborted/ },
  { when: 'no answer comes in time', step: silence, isInDoubt: true, reason: /timed out/ },
  { when: 'a gateway gives up', step: page(504), isInDoubt: true, reason: /./ },
  { when: 'another service answers', step: page(200), isInDoubt: true, reason: /not Elasticsearch/ },
  { when: 'it is too large', step: whole(413), isInDoubt: false, reason: /because/ },
  { when: 'a gateway points elsewhere', step: elsewhere, isInDoubt: false, reason: /redirected to https:\/\/login/ }
])('$when: $isInDoubt', async ({ step, isInDoubt, reason }) => {
  const { url } = await endpoint([step])
  expect(await ask(url)).toMatchObject({ kind: 'whole', isInDoubt, reason: expect.stringMatching(reason) })
})
