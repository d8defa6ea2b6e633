// The demo as a person runs it, only shorter: against a real Elasticsearch, and where none can be had.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'

const { url, auth } = await elasticsearch()
const root = join(import.meta.dirname, '..', '..')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-demo-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the demo with `folder` as the place of temporary files; returns its exit code and all that it printed. */
async function demo(env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const node = ['--disable-warning=ExperimentalWarning', '--conditions=source']
  const child = spawn(
    process.execPath,
    [...node, join(root, 'src/cli/main.ts'), 'demo', '--seconds', '3', '--records', '1000'],
    { cwd: folder, env: { ...env, TMPDIR: folder, TEMP: folder }, stdio: ['ignore', 'pipe', 'pipe'] }
  )
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code, output: out + error }
}

/** The row of a service in the demo's table. */
function row(output: string, service: string) {
  const cells = output.split('\n').find(line => line.startsWith(`  │ ${service} `))
  const [files, lines, records, documents, lost, doubled] = (cells ?? '')
    .split('│')
    .slice(3, -1)
    .map(cell => Number(cell.replaceAll(',', '')))
  return { files, lines, records, documents, lost, doubled }
}

function expectEveryRecordOnce({ code, output }: { code: number | null; output: string }, services: string[]): void {
  expect(output.match(/killed the shipper with -9/g), output).toHaveLength(2)
  expect(output.match(/rotated access\.log and payments\.log/g), output).toHaveLength(4)
  for (const service of services) {
    const { records = 0, ...found } = row(output, service)
    expect(records, output).toBeGreaterThan(500)
    expect(found, output).toMatchObject({ documents: records, lost: 0, doubled: 0 })
  }
  expect(row(output, 'web').files, output).toBe(5)
  expect(output).toMatch(/ledger +([\d,]+) of \1 bytes acknowledged/)
  expect(code, output).toBe(0)
}

function credentials(): NodeJS.ProcessEnv {
  if (auth === undefined) return {}
  return 'apiKey' in auth
    ? { ELASTICSEARCH_API_KEY: auth.apiKey }
    : { ELASTICSEARCH_USERNAME: auth.username, ELASTICSEARCH_PASSWORD: auth.password }
}

test('the demo kills the shipper and finds every record of three services once in Elasticsearch', {
  timeout: 60_000
}, async () => {
  const ended = await demo({ ...process.env, ELASTICSEARCH_URL: url, ...credentials() })
  expectEveryRecordOnce(ended, ['web', 'orders', 'payments'])
  const { lines = 0, records = 0 } = row(ended.output, 'orders')
  expect(lines).toBeGreaterThan(records)
  expect(ended.output).toMatch(/tracebacks +[\d,]+, [\d,]+ lines in all, .*; torn: 0$/m)
  expect(ended.output).toMatch(/│ OrderFailed +│ +[1-9]/)
  expect(ended.output).toMatch(/│ (CardExpired|GatewayTimeout) +│ +[1-9]/)
  expect(ended.output).toContain(`at ${url}`)
  expect(readdirSync(folder)).toEqual([])
})

test('where neither Elasticsearch nor Python can be had, the demo says so and ships two services to files', {
  timeout: 60_000
}, async () => {
  const { JAVA_HOME: _java, ELASTICSEARCH_URL: _url, ...env } = process.env
  const ended = await demo({ ...env, PATH: folder, HOME: folder, XDG_CACHE_HOME: folder, LOCALAPPDATA: folder })
  expect(ended.output).toContain('No Elasticsearch could be brought up')
  expect(ended.output).toMatch(/set ELASTICSEARCH_URL .*; start Docker; install Java 21 or newer, and Maven/)
  expect(ended.output).toContain('shipping to files instead')
  expect(ended.output).toContain('no Python 3 here: two services instead of three')
  expectEveryRecordOnce(ended, ['web', 'payments'])
})
