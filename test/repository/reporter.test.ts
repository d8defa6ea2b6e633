// The last line of a test run, seen from outside: real runs of small projects that end in every way.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './files.ts'

const project = join(import.meta.dirname, 'fixtures', 'reporter')

/** Runs the named cases of the project; answers its last line on stdout and its exit code. */
function run(cases: readonly string[], ci: string): { last: string | undefined; code: number | null } {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const ended = spawnSync(process.execPath, [vitest, 'run', '--root', project, ...cases], {
    env: { ...process.env, CI: ci },
    encoding: 'utf8'
  })
  return { last: ended.stdout.split('\n').at(-2), code: ended.status }
}

describe('the last line', { timeout: 60_000 }, () => {
  test.each([
    ['tests that pass', ['passes'], '2 passed, 0 failed', 0],
    ['a test that fails', ['fails', 'passes'], '3 passed, 1 failed', 1],
    ['skipped tests, which fail in a clean clone', ['skips'], '1 passed, 3 failed', 1],
    ['a file that cannot be loaded', ['breaks', 'passes'], '2 passed, 1 failed', 1],
    ['a suite that cannot begin', ['hooks'], '1 passed, 2 failed', 1],
    ['an error that nobody caught', ['rejects'], '1 passed, 1 failed', 1],
    ['a teardown that fails', ['teardown'], '1 passed, 1 failed', 1],
    ['a process that a test left behind', ['lingers'], '1 passed, 1 failed', 1],
    ['no test at all', ['nowhere'], '0 passed, 1 failed', 1]
  ])('counts %s', (_, cases, last, code) => {
    expect(run(cases, 'true')).toEqual({ last, code })
  })

  test('lets a person skip a test at the desk', () => {
    expect(run(['skips'], '')).toEqual({ last: '1 passed, 0 failed', code: 0 })
  })
})
