// What a real Elasticsearch can answer to a bulk request, brought about on purpose: whatever it was, in the end every document
// is there once or kept as a dead letter. One server with narrow limits and security lives through all of it.

import { afterAll, describe, expect, test } from 'vitest'
import {
  type BulkOptions,
  createBacking,
  createClient,
  createPace,
  createSender,
  ensureTemplate,
  simulate
} from '#bulk'
import { startLocalElasticsearch } from '#embedded'
import { type Batch, type GenerationId, type Item, offset } from '#record'
import { createDoor } from './door.ts'

const owner = { username: 'owner', password: 'secret of the owner' }
const bulk: BulkOptions = {
  maxInFlight: 4,
  compression: 'none',
  timeoutMs: 30_000,
  minBackoffMs: 20,
  maxBackoffMs: 200
}
const patient = { timeout: 120_000 }
const never = new AbortController().signal
const nothing = () => {}

/** What is read of the server's own answers. */
interface Answer {
  readonly count?: number
  readonly hits?: { readonly hits: readonly object[] }
}

/** Tells it of one version of Elasticsearch. */
export async function tellDeliveryStory(version: '9.4.3' | '8.19.13'): Promise<void> {
  const server = await startLocalElasticsearch({
    env: process.env,
    version,
    security: owner,
    settings: {
      'http.max_content_length': '1mb',
      'indexing_pressure.memory.limit': '256kb',
      'thread_pool.write.size': 1,
      'thread_pool.write.queue_size': 1
    }
  })
  const client = createClient({ nodes: [server.url], ...owner }, 30_000)
  /** Asks the server as its owner. */
  const ask = async (method: string, path: string, body?: object): Promise<Answer> => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Basic ${btoa(Object.values(owner).join(':'))}`
    }
    const response = await fetch(`${server.url}/${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) })
    })
    const answer = (await response.json()) as Answer
    if (!response.ok) throw new Error(JSON.stringify(answer))
    return answer
  }
  /** Puts a template of the test's own before that of the sender. */
  const putTemplate = (index: string, template: object, more = {}) =>
    ask('PUT', `_index_template/own-${index}`, {
      ...{ index_patterns: [index], data_stream: {}, priority: 500, template },
      ...more
    })
  const putUser = ({ username, password }: typeof owner, more: object) =>
    ask('PUT', `_security/user/${username}`, { password, ...more })
  let streams = 0

  afterAll(async () => {
    await client.close()
    await server.stop()
  })

  /** A sender to a data stream of its own. */
  async function lane({ url = server.url, auth = owner, options = {} as Partial<BulkOptions> } = {}) {
    streams += 1
    const dataset = `delivery.${streams}`
    const index = `logs-${dataset}-default`
    await ensureTemplate(client, index, dataset, never)
    const told: string[] = []
    const waits: string[] = []
    const tell = (event: string) => (what: object) => told.push('status' in what ? `${event} ${what.status}` : event)
    const settings = { ...bulk, ...options }
    const sending = createClient({ nodes: [url], ...auth }, settings.timeoutMs)
    const sender = () =>
      createSender(settings, {
        client: sending,
        pace: createPace(settings.maxInFlight, () => performance.now()),
        events: {
          answered: tell('answered'),
          retrying({ reason }) {
            told.push('retrying')
            waits.push(reason)
          },
          holding: tell('holding'),
          stuck: nothing,
          recovered: nothing,
          rescued: nothing,
          unsure: tell('unsure'),
          refused: nothing,
          conflicting: tell('conflicting')
        },
        backing: createBacking(sending, never),
        sentBefore: () => offset(0),
        sentSince: () => undefined,
        renew: items => items,
        noted: async () => {},
        signal: never,
        random: () => 1
      })
    const count = async () => {
      await ask('POST', `${index}/_refresh`)
      return (await ask('POST', `${index}/_count`)).count
    }
    return { send: sender(), sender, told, waits, index, dataset, count }
  }

  describe(`Elasticsearch ${version}`, () => {
    test('takes what is too large in pieces, and one document above its limit is kept', patient, async () => {
      const { send, told, index, count } = await lane()
      const [large, huge] = ['x'.repeat(20_000), 'x'.repeat(1_500_000)]
      const { deadLetters } = await send(batchOf(index, [...Array(150).fill({ large }), { huge }]))
      expect(deadLetters).toMatchObject([{ status: 413, type: 'content_too_large' }])
      expect(await count()).toBe(150)
      expect(told).toContain('answered 413')
      // Above the memory that it has for requests it is busy with any of them.
      expect(told).toContain('answered 429')
    })

    test('says beforehand what it would refuse, also of what is too large to ask at once', patient, async () => {
      const { index } = await lane()
      const documents = [...Array(100).fill({ large: 'x'.repeat(20_000) }), { huge: 'x'.repeat(1_500_000) }]
      const { items } = batchOf(index, [...documents, { '@timestamp': 'no time' }])
      const objections = await simulate(client, index, items, never)
      expect(objections.slice(0, 100).filter(objection => objection !== undefined)).toEqual([])
      expect(objections.slice(100)).toMatchObject([
        { type: 'content_too_large', reason: expect.stringContaining('413') },
        { type: 'document_parsing_exception' }
      ])
    })

    test('says of single documents that it is busy', patient, async () => {
      const { sender, told, waits, index, count } = await lane()
      // Each has a pace of its own, as so many shippers have.
      const busy = Array.from({ length: 60 }, (_, i) => sender()(batchOf(index, Array(20).fill({ n: i }), `g${i}-`)))
      for (const { deadLetters } of await Promise.all(busy)) expect(deadLetters).toEqual([])
      expect(await count()).toBe(1_200)
      expect(told).not.toContain('conflicting')
      // In an item's words; those about a whole request begin with their type.
      expect(waits).toContainEqual(expect.stringMatching(/^rejected execution/))
    })

    test('takes documents without the field that does not fit', patient, async () => {
      const { send, index, count } = await lane()
      const [plain, odd] = [{ http: { status: 1 } }, { http: { status: { deep: true } }, other: 'kept' }]
      await send(batchOf(index, [plain]))
      const { settled, deadLetters } = await send(
        batchOf(index, [odd, { user: 'a' }, { user: { name: 'b' } }], 'other')
      )
      expect(deadLetters).toEqual([])
      expect(settled[0]?.shares).toContainEqual({ fate: 'acked', reason: 'rescued', bytes: 20, lines: 2, documents: 2 })
      expect(await count()).toBe(4)
      const { hits } = await ask('POST', `${index}/_search`, { query: { term: { '_conflicts.field': 'http.status' } } })
      expect(hits?.hits).toMatchObject([{ _source: { other: 'kept', _conflicts: { value: '{"deep":true}' } } }])
    })

    test('refuses for good what a strict mapping has no place for', patient, async () => {
      const { send, index } = await lane()
      await putTemplate(index, { mappings: { dynamic: 'strict', properties: { '@timestamp': { type: 'date' } } } })
      const { deadLetters } = await send(batchOf(index, [{}, { unknown: 1 }]))
      expect(deadLetters).toMatchObject([
        { type: 'strict_dynamic_mapping_exception', reason: expect.stringContaining('[unknown]'), item: { start: 10 } }
      ])
    })

    test('is waited for until a missing ingest pipeline is there', patient, async () => {
      const { send, told, index, dataset, count } = await lane()
      const id = `late-${dataset}`
      await putTemplate(index, { settings: { 'index.default_pipeline': id } })
      const sent = send(batchOf(index, [{}, {}]))
      await expect.poll(() => told, { timeout: 30_000 }).toContain('holding 400')
      await ask('PUT', `_ingest/pipeline/${id}`, { processors: [] })
      expect((await sent).deadLetters).toEqual([])
      expect(await count()).toBe(2)
    })

    test('is waited for until a missing index may be made', patient, async () => {
      const { send, told, index, count } = await lane()
      await putTemplate(index, {}, { allow_auto_create: false })
      const sent = send(batchOf(index, [{}, {}]))
      await expect.poll(() => told, { timeout: 30_000 }).toContain('holding 404')
      await putTemplate(index, {}, { allow_auto_create: true })
      expect((await sent).deadLetters).toEqual([])
      expect(await count()).toBe(2)
    })

    test('is waited for while its disk is too full to write to', patient, async () => {
      const { send, told, waits, index, count } = await lane()
      await send(batchOf(index, [{}]))
      const block = (isFull: boolean | null) =>
        ask('PUT', `${index}/_settings`, { 'index.blocks.read_only_allow_delete': isFull })
      await block(true)
      const sent = send(batchOf(index, [{}, {}], 'later'))
      await expect.poll(() => waits, { timeout: 30_000 }).toContainEqual(expect.stringContaining('disk usage exceeded'))
      await block(null)
      expect((await sent).deadLetters).toEqual([])
      expect(await count()).toBe(3)
      expect(told).not.toContain('conflicting')
    })

    test('is waited for while the user may not write', patient, async () => {
      const auth = { username: `reader-${streams}`, password: 'secret of the reader' }
      const role = (...privileges: readonly string[]) =>
        ask('PUT', `_security/role/${auth.username}`, { indices: [{ names: ['logs-*'], privileges }] })
      await role('read')
      await putUser(auth, { roles: [auth.username] })
      const { send, told, index, count } = await lane({ auth })
      const sent = send(batchOf(index, [{}, {}]))
      await expect.poll(() => told, { timeout: 30_000 }).toContain('holding 403')
      await role('read', 'auto_configure', 'create_doc')
      expect((await sent).deadLetters).toEqual([])
      expect(await count()).toBe(2)
    })

    test('is waited for while it does not know the user any longer', patient, async () => {
      const auth = { username: `shipper-${streams}`, password: 'secret of the shipper' }
      await putUser(auth, { roles: ['superuser'] })
      const { send, told, index, count } = await lane({ auth })
      await send(batchOf(index, [{}]))
      await putUser(auth, { enabled: false, roles: ['superuser'] })
      const sent = send(batchOf(index, [{}], 'later'))
      await expect.poll(() => told, { timeout: 30_000 }).toContain('holding 401')
      await putUser(auth, { roles: ['superuser'] })
      await sent
      expect(await count()).toBe(2)
    })

    test('is asked what it took before the data stream was rolled over', patient, async () => {
      const door = await createDoor(server.url)
      const { send, told, index, count } = await lane({
        url: door.url,
        options: { timeoutMs: 5_000, minBackoffMs: 2_000, maxBackoffMs: 2_000 }
      })
      await send(batchOf(index, [{}]))
      door.isHolding = true
      const sent = send(batchOf(index, [{}, {}, {}], 'doubtful'))
      await expect.poll(() => door.held, { timeout: 30_000 }).toBe(1)
      await ask('POST', `${index}/_rollover`)
      door.isHolding = false
      expect((await sent).deadLetters).toEqual([])
      expect(told).toContain('answered 0')
      expect(told).not.toContain('unsure')
      expect(await count()).toBe(4)
    })

    test(
      'says when it may be asked in vain: what it took is counted where it may be there twice',
      patient,
      async () => {
        const door = await createDoor(server.url)
        await ask('PUT', '_security/role/least', {
          indices: [{ names: ['logs-*'], privileges: ['auto_configure', 'create_doc'] }]
        })
        const auth = { username: 'least', password: 'secret of the least' }
        await putUser(auth, { roles: ['least'] })
        const { send, told, index, count } = await lane({
          url: door.url,
          auth,
          options: { timeoutMs: 5_000, minBackoffMs: 2_000, maxBackoffMs: 2_000 }
        })
        await send(batchOf(index, [{}]))
        door.isHolding = true
        const sent = send(batchOf(index, [{}, {}], 'doubtful'))
        await expect.poll(() => door.held, { timeout: 30_000 }).toBe(1)
        await ask('POST', `${index}/_rollover`)
        door.isHolding = false
        expect((await sent).settled[0]?.shares).toContainEqual({
          fate: 'acked',
          reason: 'possiblyDoubled',
          bytes: 20,
          lines: 2,
          documents: 2
        })
        expect(told).toContain('unsure')
        expect(await count()).toBe(5)
      }
    )
  })
}

/** Documents of 10 bytes each, one after the other in a generation. */
function batchOf(index: string, documents: readonly object[], prefix = 'first'): Batch {
  const generation = prefix as GenerationId
  const items = documents.map((fields, i): Item => {
    const source = JSON.stringify({ '@timestamp': Date.now(), ...fields })
    return {
      generation,
      id: `${prefix}${i}`,
      ordinal: 0,
      start: offset(i * 10),
      end: offset(i * 10 + 10),
      raw: '',
      source
    }
  })
  const [lines, bytes] = [items.length, items.length * 10]
  const shares = [{ fate: 'acked' as const, reason: '', bytes, lines, documents: lines }]
  return {
    index,
    items,
    runs: [{ generation, start: offset(0), end: offset(bytes), shares, isMidCut: false }],
    costBytes: 0
  }
}
