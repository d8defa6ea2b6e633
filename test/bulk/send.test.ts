// Whatever Elasticsearch, or what stands before it, answers: every document is delivered or refused, and its bytes with it.

import { describe, expect, test } from 'vitest'
import { type BulkOptions, createBacking, createClient, createPace, createSender, type SenderDeps } from '#bulk'
import { type Batch, type GenerationId, type Item, offset, type Settled } from '#record'
import {
  busy,
  conflict,
  drip,
  elsewhere,
  endpoint,
  failing,
  half,
  items,
  page,
  type Received,
  refused,
  reset,
  type Step,
  saying,
  silence,
  stored,
  taken,
  whole,
  wholeWith
} from './endpoint.ts'

const options: BulkOptions = {
  maxInFlight: 1,
  compression: 'none',
  timeoutMs: 60_000,
  minBackoffMs: 4,
  maxBackoffMs: 20
}

/** What a sender told, in words: the event, how many documents it is about, and what else is asked. */
type Told = { event: string; documents: number; status?: number; delayMs?: number; reason?: string; field?: string }

interface Setup extends Partial<Pick<SenderDeps, 'sentBefore' | 'random' | 'signal'>> {
  readonly options?: Partial<BulkOptions>
  /** Whether the endpoint lets it look up what is there. */
  readonly mayLook?: boolean
  /** How it answers what is looked up, at first. */
  readonly looks?: readonly Step[]
}

/** A sender whose requests are answered by a script. */
async function sender(
  script: readonly Step[],
  { mayLook = true, looks = [], options: some = {}, ...deps }: Setup = {}
) {
  const { url, received, lookups } = await endpoint(script, { mayLook, looks })
  const all = { ...options, ...some }
  const told: Told[] = []
  const client = createClient({ nodes: [url] }, all.timeoutMs)
  const send = createSender(all, {
    client,
    pace: createPace(all.maxInFlight, () => performance.now()),
    events: {
      answered() {},
      retrying: what => told.push({ event: 'retrying', ...what }),
      holding: what => told.push({ event: 'holding', ...what }),
      stuck: what => told.push({ event: 'stuck', documents: 1, ...what }),
      recovered: what => told.push({ event: 'recovered', ...what }),
      refused: ({ reason }) => told.push({ event: 'refused', documents: 1, reason }),
      rescued: ({ field, reason }) => told.push({ event: 'rescued', documents: 1, field, reason }),
      unsure: what => told.push({ event: 'unsure', ...what }),
      conflicting: ({ length }) => told.push({ event: 'conflicting', documents: length })
    },
    backing: createBacking(client, new AbortController().signal),
    sentBefore: () => offset(0),
    sentSince: () => undefined,
    noted: async () => {},
    renew: all => all.map(item => ({ ...item, id: `new-${item.id}` })),
    signal: new AbortController().signal,
    random: () => 0,
    ...deps
  })
  return { send, told, received, lookups }
}

/** Documents of 10 bytes each, one after the other in their generations. */
function batchOf(...ids: string[]): Batch {
  const ends = new Map<string, number>()
  const all = ids.map((id): Item => {
    const generation = id.slice(0, 1)
    const start = ends.get(generation) ?? 0
    ends.set(generation, start + 10)
    const span = { start: offset(start), end: offset(start + 10) }
    return {
      generation: generation as GenerationId,
      id,
      ordinal: 0,
      raw: `raw ${id}`,
      source: `{"id":"${id}"}`,
      ...span
    }
  })
  const runs = [...ends].map(([generation, end]): Settled => {
    const [lines, shape] = [end / 10, { generation: generation as GenerationId, start: offset(0), end: offset(end) }]
    return { ...shape, shares: [{ fate: 'acked', reason: '', bytes: end, lines, documents: lines }], isMidCut: false }
  })
  return { index: 'logs-web-default', items: all, runs, costBytes: 100 }
}

const idsOf = (received: readonly Received[]) => received.map(({ ids }) => ids)
const batch = batchOf('a1', 'a2', 'a3')
const everyId = ['a1', 'a2', 'a3']

describe('a batch that is taken', () => {
  test('is one request of documents to create, and settles all its bytes', async () => {
    const { send, told, received } = await sender([])
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(received).toMatchObject([
      {
        path: expect.stringMatching(/^\/logs-web-default\/_bulk\?filter_path=/),
        headers: { 'content-type': 'application/x-ndjson' },
        body: everyId.map(id => `{"create":{"_id":"${id}"}}\n{"id":"${id}"}\n`).join('')
      }
    ])
    expect(told).toEqual([])
  })

  test('needs no request where it holds no documents', async () => {
    const { send, received } = await sender([])
    const empty = { ...batch, items: [] }
    expect(await send(empty)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(received).toEqual([])
  })
})

describe('a request that failed is sent again as it was', () => {
  const fewer: Step = (response, request) => items(taken)(response, { ...request, ids: ['a1'] })
  const disguised: Step = response =>
    response.writeHead(200, { 'content-type': 'text/html', 'x-elastic-product': 'Elasticsearch' }).end('<html>')

  test.each([
    { when: 'too much is under way', step: whole(429, 'es_rejected_execution_exception'), event: 'retrying' },
    { when: 'the cluster is not ready', step: whole(503, 'cluster_block_exception'), event: 'retrying' },
    { when: 'a gateway shows its own page', step: page(502), event: 'retrying' },
    { when: 'the connection breaks', step: reset, event: 'retrying' },
    { when: 'the connection breaks in the middle of the answer', step: half, event: 'retrying' },
    { when: 'the answer is about fewer documents', step: fewer, event: 'retrying' },
    { when: 'the answer says nothing', step: saying(null), event: 'retrying' },
    { when: 'the answer says nothing of any document', step: items({}), event: 'retrying' },
    { when: 'the answer has a document of nothing', step: saying({ items: [null, null, null] }), event: 'retrying' },
    { when: 'the answer is a page that passes for one', step: disguised, event: 'retrying' },
    { when: 'a gateway points elsewhere', step: elsewhere, event: 'holding' },
    { when: 'the password is wrong', step: whole(401, 'security_exception'), event: 'holding' },
    { when: 'a right is missing', step: whole(403, 'security_exception'), event: 'holding' },
    { when: 'another service answers', step: page(200), event: 'holding' }
  ])('where $when', async ({ step, event }) => {
    const { send, told, received } = await sender([step, step])
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(idsOf(received)).toEqual([everyId, everyId, everyId])
    expect(told.map(told => told.event)).toEqual([event, event, 'recovered'])
    expect(told.every(({ documents, reason = '' }) => documents === 3 && reason.length <= 300)).toBe(true)
  })

  test('where no answer comes in time', async () => {
    const { send, told, received } = await sender([silence], { options: { timeoutMs: 100 } })
    expect(await send(batch)).toMatchObject({ deadLetters: [] })
    expect(idsOf(received)).toEqual([everyId, everyId])
    expect(told).toMatchObject([{ event: 'retrying', reason: expect.stringMatching(/time/i) }, { event: 'recovered' }])
  })
})

describe('of a request that was taken in part', () => {
  test('only the documents are sent again that Elasticsearch had no room for', async () => {
    const { send, told, received } = await sender([items(taken, busy, taken), items(busy)])
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(idsOf(received)).toEqual([everyId, ['a2'], ['a2']])
    expect(told).toMatchObject([{ documents: 1 }, { documents: 1 }, { event: 'recovered' }])
  })

  test('every document is looked at, whatever is said of all of them', async () => {
    const lying = saying({ errors: false, items: [{ create: taken }, { create: busy }, { create: taken }] })
    const { send, received } = await sender([lying])
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(idsOf(received)).toEqual([everyId, ['a2']])
  })

  test('reasons are told that are no plain words', async () => {
    const odd = { status: 429, error: { type: 'es_rejected_execution_exception', reason: { queue: 200 } } }
    const { send, told } = await sender([items(taken, odd, { status: 503, error: { type: null, reason: null } })])
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(told[0]).toMatchObject({ event: 'retrying', documents: 2, reason: '{"queue":200}' })
  })

  test('documents wait for an index or pipeline that is missing', async () => {
    const missing = failing(404, 'index_not_found_exception', 'no such index [logs-web-default]')
    const { send, told, received } = await sender([items(missing, taken, missing)])
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(idsOf(received)).toEqual([everyId, ['a1', 'a3']])
    expect(told[0]).toMatchObject({ event: 'holding', status: 404, reason: 'no such index [logs-web-default]' })
  })

  test('what a person must mend is told before what may pass', async () => {
    const { send, told } = await sender([items(busy, failing(403, 'security_exception'), busy)])
    await send(batch)
    expect(told[0]).toMatchObject({ event: 'holding', documents: 3, status: 403 })
  })
})

describe('a refused document', () => {
  const two = batchOf('a1', 'b1', 'a2', 'b2')

  test('becomes a dead letter with all it takes to replay it, and its bytes count as such', async () => {
    const { send, told, received } = await sender([items(taken, taken, refused, taken)])
    const receipt = await send(two)
    const { status, error } = refused
    expect(receipt.deadLetters).toEqual([{ item: two.items[2], index: two.index, status, ...error }])
    expect(receipt.settled.map(({ generation, shares }) => ({ generation, shares }))).toEqual([
      {
        generation: 'a',
        shares: [
          { fate: 'acked', reason: '', bytes: 10, lines: 1, documents: 1 },
          { fate: 'deadLettered', reason: '', bytes: 10, lines: 1, documents: 1 }
        ]
      },
      { generation: 'b', shares: [{ fate: 'acked', reason: '', bytes: 20, lines: 2, documents: 2 }] }
    ])
    expect(received).toHaveLength(1)
    expect(told).toEqual([{ event: 'refused', documents: 1, reason: refused.error.reason }])
  })

  test('leaves the batch as it was given', async () => {
    const { send } = await sender([items(refused)])
    const before = structuredClone(two)
    await send(two)
    expect(two).toEqual(before)
  })

  test('may have been redirected to the failure store', async () => {
    const { send } = await sender([items({ ...taken, failure_store: 'used' }, taken)])
    expect((await send(batch)).deadLetters).toMatchObject([
      { item: { id: 'a1' }, status: 201, reason: expect.stringContaining('::failures') }
    ])
  })

  test('does not keep those from being sent again that may pass', async () => {
    const { send, received } = await sender([items(refused, busy, taken), items(refused)])
    expect((await send(batch)).deadLetters.map(({ item }) => item.id)).toEqual(['a1', 'a2'])
    expect(idsOf(received)).toEqual([everyId, ['a2']])
  })
})

describe('a document that Elasticsearch never has room for', () => {
  const pressure = (bytes: number, most: number) =>
    `rejected execution of coordinating operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, coordinating_operation_bytes=${bytes}, max_coordinating_and_primary_bytes=${most}]`
  const rejected = (bytes: number, most: number) => whole(429, 'es_rejected_execution_exception', pressure(bytes, most))

  test('is refused at once where it is above all of its memory, and those beside it are taken', async () => {
    const most = (response: Parameters<Step>[0], request: Received) => {
      const answer = request.ids.includes('a2') ? rejected(1_500, 1_000) : items(taken)
      answer(response, request)
    }
    const { send, told } = await sender(Array(20).fill(most))
    const { settled, deadLetters } = await send(batch)
    expect(deadLetters).toMatchObject([
      { item: { id: 'a2' }, status: 429, type: 'content_too_large', reason: expect.stringContaining('=1500') }
    ])
    expect(settled[0]?.shares).toMatchObject([
      { fate: 'acked', bytes: 20 },
      { fate: 'deadLettered', bytes: 10 }
    ])
    expect(told.map(({ event }) => event)).toEqual(['refused'])
  })

  test('waits for it where it has the memory and others use it', async () => {
    const { send, told } = await sender([rejected(500, 1_000)])
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(told.map(({ event }) => event)).toEqual(['retrying', 'recovered'])
  })

  test('is told by its size when it is alone and has waited in vain, and goes on waiting', async () => {
    const alone: Step = (response, request) => {
      const answer = request.ids.map(id => (id === 'a2' ? busy : taken))
      items(...answer)(response, request)
    }
    const { send, told } = await sender(Array(12).fill(alone))
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(told.map(({ event }) => event)).toEqual([
      ...Array(8).fill('retrying'),
      ...Array(4).fill('stuck'),
      'recovered'
    ])
    expect(told[8]).toMatchObject({ id: 'a2', bytes: '{"id":"a2"}'.length, status: 429, reason: 'because' })
  })
})

describe('a document that is alone', () => {
  const flooded = failing(429, 'cluster_block_exception', 'blocked by: [disk usage exceeded flood-stage watermark]')

  test.each([
    { what: 'the disk of a node', step: items(flooded) },
    { what: 'what a gateway lets through', step: page(429) }
  ])('is not the reason where $what is full', async ({ step }) => {
    const { send, told } = await sender(Array(12).fill(step))
    expect(await send(batchOf('a1'))).toMatchObject({ deadLetters: [] })
    expect(told.map(({ event }) => event)).toEqual([...Array(12).fill('retrying'), 'recovered'])
  })
})

describe('a request that is too large', () => {
  const most = (count: number, step = items(taken)): Step[] =>
    Array(20).fill((response: Parameters<Step>[0], request: Received) => {
      const answer = request.ids.length > count ? whole(413) : step
      answer(response, request)
    })

  test('is sent in halves', async () => {
    const { send, told, received } = await sender(most(2))
    const five = batchOf('a1', 'a2', 'a3', 'a4', 'a5')
    expect(await send(five)).toEqual({ settled: five.runs, deadLetters: [] })
    const halves = [['a1', 'a2'], ['a3', 'a4'], ['a5']]
    expect(idsOf(received)).toEqual([['a1', 'a2', 'a3', 'a4', 'a5'], ...halves])
    expect(told).toEqual([])
  })

  test('refuses the one document that is larger than any request', async () => {
    const large: Step = (response, request) => {
      const answer = request.ids.includes('a2') ? whole(413) : items(taken)
      answer(response, request)
    }
    const { send } = await sender(Array(20).fill(large))
    const { settled, deadLetters } = await send(batch)
    expect(deadLetters).toMatchObject([{ item: { id: 'a2', raw: 'raw a2' }, status: 413, type: 'content_too_large' }])
    expect(settled[0]?.shares).toMatchObject([
      { fate: 'acked', bytes: 20 },
      { fate: 'deadLettered', bytes: 10 }
    ])
  })

  test('remembers in its halves that it was sent before', async () => {
    const { send, told } = await sender([reset, whole(413), items(conflict), items(conflict)])
    expect(await send(batch)).toMatchObject({ deadLetters: [] })
    expect(told.map(({ event }) => event)).not.toContain('conflicting')
  })
})

describe('an id that is taken', () => {
  test('is a delivery where the request before may have arrived', async () => {
    const { send, told, received } = await sender([reset, items(conflict, conflict, taken)])
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(received).toHaveLength(2)
    expect(told.map(({ event }) => event)).toEqual(['retrying', 'recovered'])
  })

  test('is a delivery where an earlier process may have sent it', async () => {
    const { send, told, received } = await sender([items(conflict)], { sentBefore: () => offset(30) })
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(received).toHaveLength(1)
    expect(told).toEqual([])
  })

  test('is an alarm where it was never sent, and its document goes out under a new one', async () => {
    const { send, told, received } = await sender([items(conflict, taken, conflict)], {
      sentBefore: () => offset(10)
    })
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(idsOf(received)).toEqual([everyId, ['new-a3']])
    expect(told).toMatchObject([
      { event: 'conflicting', documents: 1 },
      { event: 'retrying', documents: 1, reason: 'ids taken by documents never sent' },
      { event: 'recovered' }
    ])
  })
})

describe('what may have been stored without an answer', () => {
  const lost = [
    { when: 'the connection breaks', step: reset },
    { when: 'the connection breaks in the middle of the answer', step: half },
    { when: 'a gateway gives up', step: page(504) },
    { when: 'an answer drips in for ever', step: drip },
    { when: 'no answer comes', step: silence }
  ]
  /** Time enough for an answer, which some never give. */
  const setupFor = (step: Step) => ({ options: { timeoutMs: step === drip || step === silence ? 1_000 : 60_000 } })

  test.each(lost)('is looked up and not sent again, where $when', async ({ step }) => {
    const { send, told, received, lookups } = await sender([stored(step)], setupFor(step))
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(lookups).toEqual([everyId])
    expect(received).toHaveLength(1)
    expect(told.map(({ event }) => event)).toEqual(['retrying', 'recovered'])
  })

  test.each([
    { when: 'the server has rejected it', step: whole(429, 'es_rejected_execution_exception') },
    { when: 'the cluster has blocked it', step: whole(503, 'cluster_block_exception') },
    { when: 'the user is unknown', step: whole(401, 'security_exception') }
  ])('is not looked up where $when', async ({ step }) => {
    const { send, received, lookups } = await sender([step])
    await send(batch)
    expect(lookups).toEqual([])
    expect(idsOf(received)).toEqual([everyId, everyId])
  })

  test.each([
    { when: 'a gateway knows no such place', step: page(404), event: 'holding' },
    { when: 'a gateway shows its own page', step: page(502), event: 'retrying' },
    { when: 'another service answers', step: page(200), event: 'holding' },
    { when: 'a gateway points elsewhere', step: elsewhere, event: 'holding' },
    { when: 'the answer says nothing', step: saying(null), event: 'holding' },
    { when: 'the answer is another', step: saying({}), event: 'retrying' },
    { when: 'the server is busy', step: whole(429, 'es_rejected_execution_exception'), event: 'retrying' },
    { when: 'the connection breaks', step: reset, event: 'retrying' },
    { when: 'the answer drips in for ever', step: drip, event: 'retrying' },
    { when: 'no answer comes', step: silence, event: 'retrying' }
  ])('is looked up until that is answered, where $when', async ({ step, event }) => {
    const looking: Step = (response, request) =>
      saying({ data_streams: [{ backing_indices: ['.ds-only'] }] })(response, request)
    // Once in place of the index behind the name, once in place of the documents.
    const { send, told, received } = await sender([stored(reset)], { ...setupFor(step), looks: [step, looking, step] })
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(received).toHaveLength(1)
    expect(told.map(({ event }) => event)).toEqual(['retrying', event, event, 'recovered'])
  })

  const behind = saying({ data_streams: [{ backing_indices: ['.ds-only'] }] })
  test.each<{ what: string; round: readonly Step[] }>([
    { what: 'what is behind a name', round: [saying({})] },
    { what: 'what is behind a name but by a page of its own', round: [page(404)] },
    { what: 'of documents whether they are there', round: [behind, saying({})] }
  ])('is sent again and counted where what answers never tells $what', async ({ round }) => {
    const looks = Array<readonly Step[]>(5).fill(round).flat()
    const { send, told, received, lookups } = await sender([reset], { looks })
    const { settled } = await send(batch)
    const doubled = { fate: 'acked', reason: 'possiblyDoubled', bytes: 30, lines: 3, documents: 3 }
    expect(settled[0]?.shares).toContainEqual(doubled)
    expect(idsOf(received)).toEqual([everyId, everyId])
    expect(lookups).toEqual([])
    expect(told.filter(({ event }) => event === 'unsure')).toHaveLength(1)
  })

  test('is only the part that an earlier process may have sent', async () => {
    const { send, received, lookups } = await sender([], { sentBefore: () => offset(20) })
    await send(batch)
    expect(lookups).toEqual([['a1', 'a2']])
    expect(idsOf(received)).toEqual([everyId])
  })

  test('is sent again without the right to look, and counted where it may be there twice', async () => {
    const { send, told, received } = await sender([reset, items(taken, conflict, refused)], { mayLook: false })
    const { settled } = await send(batch)
    expect(settled[0]?.shares).toEqual([
      { fate: 'acked', reason: '', bytes: 10, lines: 1, documents: 1 },
      { fate: 'deadLettered', reason: '', bytes: 10, lines: 1, documents: 1 },
      { fate: 'acked', reason: 'possiblyDoubled', bytes: 10, lines: 1, documents: 1 }
    ])
    expect(idsOf(received)).toEqual([everyId, everyId])
    expect(told.map(({ event }) => event)).toEqual(['retrying', 'unsure', 'refused', 'recovered'])
  })
})

describe('a document with a field that does not fit', () => {
  const misfit = failing(
    400,
    'document_parsing_exception',
    "[1:9] failed to parse field [id] of type [long] in document with id 'a2'. Preview of field's value: 'a2'"
  )

  test('is sent without it at once, and counted', async () => {
    const { send, told, received } = await sender([items(taken, misfit, taken)])
    const { settled, deadLetters } = await send(batch)
    expect(deadLetters).toEqual([])
    expect(settled[0]?.shares).toEqual([
      { fate: 'acked', reason: '', bytes: 20, lines: 2, documents: 2 },
      { fate: 'acked', reason: 'rescued', bytes: 10, lines: 1, documents: 1 }
    ])
    expect(JSON.parse(received[1]?.body.split('\n')[1] ?? '')).toEqual({
      _conflicts: { field: 'id', value: '"a2"', reason: misfit.error.reason }
    })
    expect(told).toEqual([{ event: 'rescued', documents: 1, field: 'id', reason: misfit.error.reason }])
  })

  test('is refused as it was where it does not fit without it either', async () => {
    const { send, received } = await sender([items(misfit), items(misfit)])
    const { deadLetters } = await send(batchOf('a2'))
    expect(deadLetters).toMatchObject([{ item: batchOf('a2').items[0], type: 'document_parsing_exception' }])
    expect(received).toHaveLength(2)
  })
})

describe('a size that the server does not take', () => {
  const largest = 20_000
  const bounded: Step = (response, request) =>
    (request.body.length > largest ? whole(413) : items(taken))(response, request)
  const large = batchOf(...Array.from({ length: 40 }, (_, i) => `a${i + 10}`))
  const heavy = {
    ...large,
    items: large.items.map(item => ({ ...item, source: JSON.stringify({ text: 'x'.repeat(1_000) }) }))
  }

  test('is remembered: later requests are below it from the start', async () => {
    const { send, received } = await sender(Array(100).fill(bounded))
    await send(heavy)
    const learnt = received.length
    await send(heavy)
    expect(received.slice(learnt).map(({ body }) => body.length > largest)).not.toContain(true)
    expect(received.slice(learnt).length).toBeLessThanOrEqual(4)
  })

  test('is not taken from a server that could not be reached', async () => {
    const { send, received } = await sender(Array(10).fill(reset))
    await send(heavy)
    expect(received.map(({ ids }) => ids.length)).toEqual(Array(11).fill(40))
  })
})

describe('a compressed request', () => {
  test('says the same', async () => {
    const { send, received } = await sender([], { options: { compression: 'gzip' } })
    expect(await send(batch)).toEqual({ settled: batch.runs, deadLetters: [] })
    expect(received).toMatchObject([{ ids: everyId, headers: { 'content-encoding': 'gzip' } }])
  })
})

describe('the pause before a request is sent again', () => {
  const delays = async (random: () => number) => {
    const { send, told } = await sender(Array(6).fill(whole(503)), { random })
    await send(batch)
    return told.map(({ delayMs }) => delayMs).filter(delay => delay !== undefined)
  }

  test('doubles up to the longest', async () => {
    expect(await delays(() => 1)).toEqual([4, 8, 16, 20, 20, 20])
  })

  test('is a random part of that', async () => {
    expect(await delays(() => 0)).toEqual([0, 0, 0, 0, 0, 0])
    expect(await delays(() => 0.5)).toEqual([2, 4, 8, 10, 10, 10])
  })

  test.each([
    { wish: 'seconds', value: () => '1' },
    { wish: 'a date', value: () => new Date(Date.now() + 2_000).toUTCString() }
  ])('is as long as the server asks for in $wish', async ({ value }) => {
    const { send, told } = await sender([wholeWith(429, { 'retry-after': value() })])
    await send(batch)
    expect(told[0]?.delayMs).toBeGreaterThan(options.maxBackoffMs)
    expect(told[0]?.delayMs).toBeLessThanOrEqual(2_000)
  })

  test('is longer at random than the server asks for, so that not all come back at once', async () => {
    const { send, told } = await sender([wholeWith(503, { 'retry-after': '1' })], { random: () => 0.5 })
    await send(batch)
    expect(told[0]?.delayMs).toBe(1_002)
  })
})

describe('when sending is ended', () => {
  test.each([
    { when: 'an answer', script: [silence] },
    { when: 'the next attempt', script: Array(1_000).fill(whole(503)) }
  ])('nothing waits any longer for $when', async ({ script }) => {
    const ending = new AbortController()
    const { send, received } = await sender(script, { signal: ending.signal })
    const sending = send(batch)
    await expect.poll(() => received.length).toBeGreaterThan(0)
    ending.abort(new Error('ended'))
    await expect(sending).rejects.toThrow()
  })
})
