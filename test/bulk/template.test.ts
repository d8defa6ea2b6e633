// Which index template applies to a data stream, as Elasticsearch decides it: the whole table. And the template that is put
// where none does, to clusters that know of failure stores and to others.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { createClient } from '#bulk'
import { ensureTemplate, type KnownTemplate, templateFor } from '../../src/bulk/template.ts'

/** Templates as `name: patterns [priority]`. */
function templates(...descriptions: [string, readonly string[], number?][]): KnownTemplate[] {
  return descriptions.map(([name, index_patterns, priority]) => {
    return { name, index_template: { index_patterns, ...(priority !== undefined && { priority }) } }
  })
}

test.each([
  { that: 'none where there is none', known: templates(), found: undefined },
  { that: 'none where none matches', known: templates(['metrics', ['metrics-*']]), found: undefined },
  {
    that: 'the one that matches',
    known: templates(['metrics', ['metrics-*']], ['logs', ['logs-*-*'], 100]),
    found: 'logs'
  },
  { that: 'one by any of its patterns', known: templates(['a', ['x-*', 'logs-web-*']]), found: 'a' },
  { that: 'one by its whole name', known: templates(['a', ['logs-web-default']]), found: 'a' },
  {
    that: 'none by a part of its name',
    known: templates(['a', ['logs-web']], ['b', ['web-default']]),
    found: undefined
  },
  {
    that: 'the one of highest priority',
    known: templates(['a', ['logs-*'], 100], ['b', ['logs-web-*'], 200], ['c', ['*'], 5]),
    found: 'b'
  },
  {
    that: 'one with a priority before one without',
    known: templates(['a', ['logs-web-*']], ['b', ['logs-*'], 1]),
    found: 'b'
  },
  { that: 'a star as any text, none too', known: templates(['a', ['logs-web-default*']]), found: 'a' },
  { that: 'a dot as a dot', known: templates(['a', ['logs.web.default']], ['b', ['logs-w.b-*']]), found: undefined },
  { that: 'brackets as brackets', known: templates(['a', ['logs-[w]eb-*']]), found: undefined }
])('$that', ({ known, found }) => {
  expect(templateFor('logs-web-default', known)?.name).toBe(found)
})

/** A cluster without templates. Returns those that it is given, up to the one that it takes. */
async function templatesPutTo(takes: (template: object) => boolean): Promise<{ template: object }[]> {
  const given: { template: object }[] = []
  const server = createServer(async (request, response) => {
    let [status, answer]: [number, object] = [200, {}]
    if (request.method === 'PUT') {
      const body = (await json(request)) as { template: object }
      given.push(body)
      // In the words of the real one.
      const cause = {
        type: 'x_content_parse_exception',
        reason: '[1:80] [template] unknown field [data_stream_options]'
      }
      const reason = '[1:102] [index_template] failed to parse field [template]'
      if (!takes(body.template))
        [status, answer] = [400, { error: { ...cause, reason, caused_by: cause }, status: 400 }]
    }
    const headers = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }
    response.writeHead(status, headers).end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = createClient({ nodes: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`] }, 30_000)
  onTestFinished(async () => {
    await client.close()
    server.close()
  })
  await ensureTemplate(client, 'logs-web-default', 'web', new AbortController().signal)
  return given
}

test('the template turns the failure store off', async () => {
  expect(await templatesPutTo(() => true)).toMatchObject([
    { template: { data_stream_options: { failure_store: { enabled: false } } } }
  ])
})

test('a cluster that does not know of failure stores is given a template that does not speak of them', async () => {
  const [first, second, ...more] = await templatesPutTo(template => !('data_stream_options' in template))
  expect(first?.template).toEqual({ ...second?.template, data_stream_options: { failure_store: { enabled: false } } })
  expect(more).toEqual([])
})
