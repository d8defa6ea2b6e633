// The checks that a person runs by hand, run here as well: what they find is a failed test.
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { root } from './files.ts'

describe('the checks', () => {
  test.each([
    ['the linter and formatter have nothing to say', 'lint'],
    ['the types hold', 'types']
  ])('%s', { timeout: 60_000 }, (_, script) => {
    const ended = spawnSync('npm', ['run', '--silent', script], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32'
    })
    expect(ended.status, ended.stdout + ended.stderr).toBe(0)
  })
})
