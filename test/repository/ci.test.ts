// The script for a clean clone, with a stand-in for npm: its last line and its exit code must tell the truth together.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { root } from './files.ts'

/** Runs `.ci/run` where `npm ci` and `npm test` are the given shell scripts. */
function run(scripts: { ci: string; test: string }): { lines: string[]; code: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-ci-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const npm = join(folder, 'npm')
  writeFileSync(npm, `#!/bin/sh\ncase $1 in\nci) ${scripts.ci} ;;\ntest) ${scripts.test} ;;\nesac\n`)
  chmodSync(npm, 0o755)
  const env = { ...process.env, PATH: folder + delimiter + process.env.PATH }
  const { stdout, status } = spawnSync(join(root, '.ci', 'run'), { env, encoding: 'utf8' })
  return { lines: stdout.trimEnd().split('\n'), code: status }
}

describe.skipIf(process.platform === 'win32')('.ci/run', () => {
  test.each([
    ['the tests pass', 'true', 'echo "12 passed, 0 failed"', '12 passed, 0 failed', 0],
    ['npm goes on talking', 'true', 'echo "2 passed, 0 failed"; echo bye; echo warn >&2', '2 passed, 0 failed', 0],
    ['a test fails', 'true', 'echo "2 passed, 3 failed"; exit 1', '2 passed, 3 failed', 1],
    ['npm ci fails', 'exit 7', 'echo "2 passed, 0 failed"', '0 passed, 1 failed', 7],
    ['the tests die without a word', 'true', 'kill -9 $$', '0 passed, 1 failed', 137],
    ['the teardown fails after the count', 'true', 'echo "2 passed, 0 failed"; exit 1', '2 passed, 1 failed', 1],
    ['failures are counted but not told', 'true', 'echo "2 passed, 3 failed"', '2 passed, 3 failed', 1],
    ['nothing is counted', 'true', 'echo "all is well"', '0 passed, 1 failed', 1],
    ['nothing is tested', 'true', 'echo "0 passed, 0 failed"', '0 passed, 1 failed', 1]
  ])('where %s', (_, ci, tests, line, code) => {
    const ended = run({ ci, test: tests })
    expect(ended.lines.at(-1)).toBe(line)
    expect(ended.code).toBe(code)
  })

  test('hands on all that npm printed, once', () => {
    const { lines } = run({ ci: 'echo installed', test: 'echo tested; echo trouble >&2' })
    expect(lines).toEqual(['installed', 'tested', 'trouble', '0 passed, 1 failed'])
  })
})
