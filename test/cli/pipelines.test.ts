// The pipelines that come with Sluice: all are right, and all of their own tests pass.

import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { loadConfig } from '#config'
import { createTrial, describeHost } from '#pipeline'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const main = ['--conditions=source', '--disable-warning=ExperimentalWarning', 'src/cli/main.ts']
const pipelines = globSync('pipelines/*.json', { cwd: root }).sort()
const named = pipelines.flatMap(file => ['-p', file])

test('each is right', async () => {
  const { stdout } = await run(process.execPath, [...main, 'check', ...named], { cwd: root })
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(`all is right with ${pipelines.length} pipelines`)
}, 60_000)

test('the tests of each pass', async () => {
  const { stdout } = await run(process.execPath, [...main, 'test', ...named], { cwd: root })
  const lines = stdout.trimEnd().split('\n')
  expect(lines.at(-1)).toBe(`${lines.length - 1} passed, 0 failed`)
  const tested = new Set(lines.map(line => /^passed {2}([\w-]+):/.exec(line)?.[1]))
  expect(pipelines.filter(file => !tested.has(file.slice('pipelines/'.length, -'.json'.length)))).toEqual([])
}, 60_000)

test.each(pipelines.map(file => [basename(file, '.json')]))('%s takes most lines of its sample', async name => {
  const config = await loadConfig({ pipelineFiles: [join(root, 'pipelines', `${name}.json`)], env: {} })
  const [pipeline] = config.pipelines
  if (pipeline === undefined) throw new Error('no pipeline')
  const trial = createTrial(pipeline, describeHost('name', '0.0.0'), Date.now)
  const tried = [...trial.push(readFileSync(join(root, 'pipelines/samples', `${name}.log`))), ...trial.end()]
  expect(tried.length).toBeGreaterThan(0)
  expect(trial.counters.unmatched).toBeLessThanOrEqual(tried.length / 3)
})
