// What a person reads of an answer that is none.

import { expect, onTestFinished, test } from 'vitest'
import { createClient, reasonOf } from '#bulk'
import { exchange } from '../../src/bulk/client.ts'
import { elsewhere, endpoint, page, type Step, whole, wholeWith } from './endpoint.ts'

const { signal } = new AbortController()

/** A page as nginx sends it. */
const nginx: Step = response =>
  response
    .writeHead(502, { 'content-type': 'text/html' })
    .end(
      '<html>\r\n<head><title>502 Bad Gateway</title>\r\n<style>p { margin: 0 }</style></head>\r\n<body><hr>nginx</body></html>'
    )

test.each<{ of: string; step: Step; reason: string }>([
  { of: 'Elasticsearch', step: whole(503, 'some_exception', 'not now'), reason: 'some_exception: not now' },
  {
    of: 'Elasticsearch about a request',
    step: whole(401, 'security_exception', 'unable to authenticate for REST request [/a/_bulk?filter_path=took]'),
    reason: 'security_exception: unable to authenticate for REST request [/a/_bulk]'
  },
  { of: 'a gateway with words of its own', step: wholeWith(413, {}), reason: 'HTTP status 413: {}' },
  {
    of: 'a server that says nothing at all',
    step: response => response.writeHead(413).end(),
    reason: 'HTTP status 413, without a word'
  },
  { of: 'a gateway with a page', step: nginx, reason: 'HTTP status 502: 502 Bad Gateway nginx' },
  { of: 'a gateway that points elsewhere', step: elsewhere, reason: 'redirected to https://login.example/' },
  { of: 'another service', step: page(200), reason: 'what answers there is not Elasticsearch' }
])('of $of', async ({ step, reason }) => {
  const { url } = await endpoint([step])
  const client = createClient({ nodes: [url] }, 5_000)
  onTestFinished(() => client.close())
  const error: unknown = await exchange(client, { method: 'GET', path: '/' }, { signal }).catch(error => error)
  expect(reasonOf(error)).toEqual(reason)
})

test('a page of any length makes a reason that fits a line', async () => {
  const { url } = await endpoint([page(502)])
  const client = createClient({ nodes: [url] }, 5_000)
  onTestFinished(() => client.close())
  const error: unknown = await exchange(client, { method: 'GET', path: '/' }, { signal }).catch(error => error)
  expect(reasonOf(error)).toMatch(/^HTTP status 502: gateway gateway .{200,}$/)
  expect(reasonOf(error).length).toBeLessThanOrEqual(300)
})
