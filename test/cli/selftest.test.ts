// The self-test as a person runs it, only shorter; and that it finds what an endpoint loses on purpose.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

/** Runs it in a new folder; returns how it ended, and what is left in that folder. */
async function selftest(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-selftest-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const node = ['--disable-warning=ExperimentalWarning', '--conditions=source']
  const child = spawn(process.execPath, [...node, MAIN, 'selftest', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code, stdout, stderr, left: readdirSync(folder) }
}

test('the self-test kills the shipper while logs are rotated, and finds every line once', {
  timeout: 90_000
}, async () => {
  const { code, stdout, stderr, left } = await selftest('--seconds', '5', '--seed', '12', '--json')
  expect(code, stdout + stderr).toBe(0)
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({
    isWhole: true,
    seed: 12,
    documents: report.lines,
    lost: { count: 0 },
    doubled: { count: 0 }
  })
  expect(report.ledger.lostBytes).toBe(0)
  expect(report.lines).toBeGreaterThan(1_000)
  expect(report.kills + report.restarts).toBeGreaterThan(0)
  expect(Object.keys(report.deeds).length).toBeGreaterThan(1)
  expect(left).toEqual([])
})

test('a document that the endpoint loses without a word fails the self-test, which names its line', {
  timeout: 90_000
}, async () => {
  const { code, stdout, stderr, left } = await selftest('--seconds', '1', '--seed', '3', '--sabotage')
  expect(code, stdout + stderr).toBe(1)
  expect(stdout).toMatch(/^lost +1$/m)
  expect(stdout).toMatch(/^lost: .*(:\d+|deleted since) \(of all that was written to \w+\.log: \d+\)$/m)
  expect(stdout).toMatch(/^doubled +0$/m)
  expect(stdout).toContain(`All of it is left in`)
  expect(left).toHaveLength(1)
})
