// The commands that look: what they print, what they print for other programs, and how they end.

import { appendFileSync, writeFileSync } from 'node:fs'
import { hostname, release } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from '../integration/connection.ts'
import { install } from '../integration/installation.ts'

const server = await elasticsearch()
const settings = settingsFor(server)
const client = clientFor(server)

const line = (path: string, status = 200) =>
  `192.0.2.1 - - [01/Feb/2026:10:00:00 +0000] "GET ${path} HTTP/1.1" ${status} 5 "-" "curl/8"`

const withDrop = { enrich: [{ drop: { if: "ctx.url?.path == '/healthz'" } }] }

describe('try', () => {
  test('prints the documents of lines and says what was dropped and what no format matched', async () => {
    const { sluice } = install({ elasticsearch: settings, pipeline: withDrop })
    const { code, stdout, stderr } = await sluice('try', '--json', line('/a'), line('/healthz'), 'garbage')
    expect(code).toBe(0)
    const documents = stdout
      .trim()
      .split('\n')
      .map(text => JSON.parse(text))
    expect(documents).toMatchObject([
      { '@timestamp': '2026-02-01T10:00:00.000Z', url: { path: '/a' }, http: { response: { status_code: 200 } } },
      { message: 'garbage', tags: ['_parse_failure', '_no_timestamp'] }
    ])
    expect(stderr).toContain('dropped by rule')
    expect(stderr).toContain('1 matched no format')
  })

  test('joins lines as the pipeline does', async () => {
    const { sluice } = install({ elasticsearch: settings, pipeline: { parse: [], multiline: { startsWith: '^\\d' } } })
    const { stdout } = await sluice('try', '--json', '1 a', '  b', '2 c')
    expect(
      stdout
        .trim()
        .split('\n')
        .map(text => JSON.parse(text).message)
    ).toEqual(['1 a\n  b', '2 c'])
  })

  test('reads a file', async () => {
    const { sluice, logs } = install({ elasticsearch: settings })
    writeFileSync(join(logs, 'x.log'), `${line('/from-file')}\n`)
    const { stdout } = await sluice('try', '--json', '--file', join(logs, 'x.log'))
    expect(JSON.parse(stdout)).toMatchObject({ url: { path: '/from-file' } })
  })

  test('reads bytes in the encoding of the files, and lines that are given to it as they are', async () => {
    const frame = { encoding: 'utf-16' }
    const { sluice, logs } = install({ elasticsearch: settings, pipeline: { parse: [], frame } })
    writeFileSync(join(logs, 'x.log'), Buffer.from('\ufeff가\n', 'utf16le'))
    const inFile = await sluice('try', '--json', '--file', join(logs, 'x.log'))
    const given = await sluice('try', '--json', '가')
    for (const { stdout } of [inFile, given]) expect(JSON.parse(stdout)).toMatchObject({ message: '가' })
  })

  test('says as much of the machine as the settings ask for', async () => {
    const hostIn = async (settings: object) => {
      const { sluice } = install({ elasticsearch: settingsFor(server), settings })
      const { stdout } = await sluice('try', '--json', line('/a'))
      return JSON.parse(stdout).host
    }
    expect(await hostIn({})).toEqual({ name: hostname() })
    expect(await hostIn({ host: 'full' })).toMatchObject({ hostname: hostname(), os: { kernel: release() } })
  })
})

describe('test', () => {
  const tests = (path: string) => [
    { name: 'a hit', input: [line('/a'), line('/healthz')], expect: [{ 'url.path': path, 'user.name': null }] }
  ]

  test('passes where documents are as expected', async () => {
    const { sluice } = install({ elasticsearch: settings, pipeline: { ...withDrop, tests: tests('/a') } })
    expect(await sluice('test')).toEqual({ code: 0, stdout: 'passed  web: a hit\n1 passed, 0 failed\n', stderr: '' })
  })

  test('shows field by field where they are not', async () => {
    const { sluice } = install({ elasticsearch: settings, pipeline: { tests: tests('/b') } })
    const { code, stdout } = await sluice('test')
    expect(code).toBe(1)
    expect(stdout).toBe(`FAILED  web: a hit
          documents: expected 1, found 2
          document 1: url.path: expected "/b", found "/a"
0 passed, 1 failed
`)
  })
})

describe('after an import with a line that is refused, one that is dropped and one that is blank', async () => {
  async function imported() {
    const installation = install({ elasticsearch: settings, pipeline: withDrop })
    const { dataset, logs, sluice } = installation
    await client.indices.putIndexTemplate({
      name: `strict-${dataset}`,
      index_patterns: [`logs-${dataset}-*`],
      data_stream: {},
      priority: 400,
      template: {
        mappings: {
          properties: {
            http: { properties: { response: { properties: { status_code: { type: 'byte' } } } } },
            // Without a place for what does not fit, what does not fit is refused.
            _conflicts: { type: 'byte' }
          }
        }
      }
    })
    const lines = [line('/a', 100), line('/healthz', 100), '', line('/refused', 500), line('/b', 101)]
    appendFileSync(join(logs, 'access.log'), lines.map(text => `${text}\n`).join(''))
    const { code, stdout } = await sluice('import')
    expect(stdout).toContain('2 documents')
    expect(code).toBe(1)
    return { installation, lines }
  }

  test('audit accounts for every byte, and dead-letters shows the refused line', async () => {
    const { installation, lines } = await imported()
    const { sluice } = installation
    const audit = await sluice('audit', '--json')
    expect(audit.code).toBe(0)
    const length = (...texts: string[]) => texts.reduce((sum, text) => sum + text.length + 1, 0)
    const [a = '', healthz = '', , refused = '', b = ''] = lines
    expect(JSON.parse(audit.stdout)).toMatchObject([
      {
        ...{ acked: length(a, b), deadLettered: length(refused), dropped: length(healthz), skipped: 1, lost: 0 },
        ...{ documents: 2, isBalanced: true, pending: 0, reasons: { dropped: 'drop', skipped: 'blank' } }
      }
    ])
    expect((await sluice('audit')).stdout).toContain('1 generations, ')

    const listed = JSON.parse((await sluice('dead-letters', 'list', '--json')).stdout)
    expect(listed).toMatchObject({ raw: refused, status: 400, type: 'document_parsing_exception', step: 'bulk' })
    const table = (await sluice('dead-letters')).stdout
    expect(table).toContain(listed.id)
    expect(table).toContain('1 of web: document_parsing_exception')
    const shown = (await sluice('dead-letters', 'show', listed.id)).stdout
    expect(shown).toContain(`line\n${refused}\n`)
    expect(shown).toContain('"path": "/refused"')
    expect((await sluice('dead-letters', 'list', '--type', 'other')).stdout).toBe('no dead letters\n')
  })
})

describe('what is not there is said', () => {
  test.each([
    { args: ['audit'], code: 1, says: 'nothing was ever run with this stateDir' },
    { args: ['dead-letters', 'list'], code: 1, says: 'nothing was ever run with this stateDir' },
    { args: ['dead-letters', 'list', '--limit', 'x'], code: 2, says: '--limit is x; allowed: a whole number from 1' }
  ])('$args', async ({ args, code, says }) => {
    const { sluice } = install({ elasticsearch: settings })
    const ended = await sluice(...args)
    expect(ended.stderr).toContain(says)
    expect(ended.code).toBe(code)
  })
})

describe('setup', () => {
  test('puts a template where none applies, once', async () => {
    const { sluice, index } = install({ elasticsearch: settings })
    expect((await sluice('setup', '--dry-run')).stdout).toBe(`web: ${index}: would put an index template\n`)
    expect((await sluice('setup')).stdout).toBe(`web: ${index}: index template put\n`)
    expect((await sluice('setup')).stdout).toBe(`web: ${index}: an index template applies already\n`)
    expect(JSON.parse((await sluice('setup', '--json')).stdout)).toEqual({
      templates: [{ pipeline: 'web', index, template: 'present' }]
    })
  })

  test('says which cluster it could not reach', async () => {
    const { sluice } = install({ elasticsearch: { nodes: ['http://127.0.0.1:1'] } })
    const { code, stderr } = await sluice('setup')
    expect(stderr).toContain('cannot set up http://127.0.0.1:1: ')
    expect(code).toBe(1)
  })
})
