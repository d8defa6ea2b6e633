// What becomes of documents that Elasticsearch puts into the failure store of a data stream, where it answers as if all were
// well: they are dead letters like any other, and a replay delivers them once.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@elastic/elasticsearch'
import { afterAll, describe, expect, test } from 'vitest'
import type { ReleaseVersion } from '#embedded'
import { settingsFor } from './connection.ts'
import { startWithFailureStores } from './failure-store.ts'
import { type Installation, install } from './installation.ts'
import { readStore } from './store.ts'
import { countDocuments } from './verify.ts'
import { lineOf } from './writer.ts'

const patient = { timeout: 240_000 }

/** Tells it of one version of Elasticsearch. */
export async function tellFailureStoreStory(version: ReleaseVersion): Promise<void> {
  const server = await startWithFailureStores(version)
  // In plain media types, because the client's own are those of its version alone.
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const client = new Client({ node: server.url, headers })
  afterAll(async () => {
    await client.close()
    await server.stop()
  })

  const append = ({ logs }: Installation, ...lines: string[]) =>
    appendFileSync(join(logs, 'access.log'), lines.map(line => `${line}\n`).join(''))
  const size = (...lines: string[]) => lines.reduce((sum, line) => sum + line.length + 1, 0)

  /** Puts processors into its pipeline. */
  function correct({ folder }: Installation, ...enrich: object[]): void {
    const file = join(folder, 'pipeline.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), enrich }))
  }

  /** Ids of the documents in its failure store, those that Sluice gave them. */
  async function failures({ index }: Installation): Promise<string[]> {
    const target = { index: `${index}::failures`, ignore_unavailable: true, allow_no_indices: true }
    await client.indices.refresh(target)
    const { hits } = await client.search<{ document: { id: string } }>(target)
    return hits.hits.map(({ _source }) => String(_source?.document.id))
  }

  describe(`Elasticsearch ${version}`, () => {
    test(
      'what the failure store took is a dead letter, and once it is replayed it is there once',
      patient,
      async () => {
        const installation = install({ elasticsearch: settingsFor(server) })
        const { dataset, index, sluice } = installation
        await client.indices.putIndexTemplate({
          name: `own-${dataset}`,
          index_patterns: [`logs-${dataset}-*`],
          data_stream: {},
          priority: 500,
          template: {
            data_stream_options: { failure_store: { enabled: true } },
            mappings: { properties: { user: { properties: { name: { type: 'integer' } } } } }
          }
        })
        const [plain, editor, admin] = [lineOf(0), lineOf(1, 'editor'), lineOf(2, 'admin')]
        append(installation, plain, editor, admin)
        expect((await sluice('import')).code).toBe(1)
        expect(await countDocuments(client, installation)).toBe(1)
        const letters = readStore(installation).deadLetters
        expect(letters).toMatchObject(Array(2).fill({ status: 201, type: 'failure_store', index }))
        expect((await failures(installation)).sort()).toEqual(letters.map(({ id }) => String(id)).sort())
        const { sum, generations } = readStore(installation)
        expect([sum('acked').bytes, sum('deadLettered').bytes]).toEqual([size(plain), size(editor, admin)])
        expect(generations).toMatchObject([{ checkpoint: size(plain, editor, admin) }])
        expect((await sluice('audit')).code).toBe(0)

        const listed = await sluice('dead-letters', 'list')
        expect(listed.stdout).toContain('2 of web: failure_store')
        const shown = await sluice('dead-letters', 'show', String(letters[0]?.id))
        expect(shown.stdout).toContain(editor)
        expect(shown.stdout).toContain(`${index}::failures`)

        correct(installation, { remove: { field: 'user.name', if: "ctx.user?.name == 'editor'" } })
        const partly = await sluice('dead-letters', 'replay')
        expect(partly.stdout).toContain('2 replayed: 1 delivered, 1 refused again\n')
        expect(await countDocuments(client, installation)).toBe(2)
        correct(installation, { remove: { field: 'user.name' } })
        expect((await sluice('dead-letters', 'replay')).stdout).toBe('1 replayed: 1 delivered\n')
        expect((await sluice('dead-letters', 'replay')).stderr).toBe('no dead letters to replay\n')

        expect(await countDocuments(client, installation)).toBe(3)
        const { hits } = await client.search<{ url: { path: string } }>({ index, sort: ['log.offset'] })
        expect(hits.hits.map(({ _source }) => _source?.url.path)).toEqual(['/items/0', '/items/1', '/items/2'])
        const after = readStore(installation)
        expect(after.sum('acked')).toEqual({ bytes: size(plain, editor, admin), lines: 3, documents: 3 })
        expect(after.deadLetters).toEqual([])
        expect((await sluice('audit')).code).toBe(0)
      }
    )

    test('a data stream of our own template has none, also where the cluster gives one to all', patient, async () => {
      const everywhere = (patterns: string[] | null) =>
        client.cluster.putSettings({ persistent: { 'data_streams.failure_store.enabled': patterns } })
      await everywhere(['logs-*'])
      const installation = install({ elasticsearch: settingsFor(server), pipeline: { parse: [{ format: 'json' }] } })
      append(installation, '{"n":1}', '{"n":{"deep":2}}')
      expect((await installation.sluice('import')).code).toBe(0)
      // The field that does not fit is moved aside, as anywhere, and the document delivered.
      expect(await countDocuments(client, installation)).toBe(2)
      const { deadLetters, generations } = readStore(installation)
      expect(deadLetters).toEqual([])
      expect(generations[0]?.shares).toContainEqual(expect.objectContaining({ fate: 'acked', reason: 'rescued' }))
      expect(await failures(installation)).toEqual([])
      await everywhere(null)
    })
  })
}
