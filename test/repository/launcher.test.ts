// The launcher under a Node.js that is new enough: what it starts is as if it had been started by itself.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from './files.ts'

const launcher = join(root, 'bin/node.cjs')

/** Runs a program through the launcher. */
function launched(program: string, ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-launcher-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'program.mjs')
  writeFileSync(file, program)
  const env = { ...process.env, NODE_OPTIONS: '' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, file, ...args], { encoding: 'utf8', env })
  return { file, status, stdout, stderr }
}

test('a program has its own arguments, and children of it the flags', () => {
  const { file, stdout } = launched(
    'console.log(JSON.stringify([process.argv.slice(1), process.execArgv]))',
    'a',
    '--b'
  )
  expect(JSON.parse(stdout)).toEqual([[file, 'a', '--b'], ['--disable-warning=ExperimentalWarning']])
})

test('a program runs in the process that was started, and keeps what it compiles', () => {
  const program = `import { getCompileCacheDir } from 'node:module'
    console.log(JSON.stringify([process.ppid, getCompileCacheDir() !== undefined]))`
  expect(JSON.parse(launched(program).stdout)).toEqual([process.pid, true])
})

test('its exit code is that of the program', () => {
  expect(launched('process.exitCode = 3').status).toBe(3)
  expect(launched('throw new Error("broken")')).toMatchObject({ status: 1, stderr: expect.stringContaining('broken') })
})

test('what Node.js calls experimental is not warned of, and all else is', () => {
  const program = `process.emitWarning('new thing', 'ExperimentalWarning')
    process.emitWarning('newer thing', { type: 'ExperimentalWarning' })
    process.emitWarning('old thing', 'DeprecationWarning')`
  const { stderr } = launched(program)
  expect(stderr).not.toContain('new thing')
  expect(stderr).not.toContain('newer thing')
  expect(stderr).toContain('old thing')
})
