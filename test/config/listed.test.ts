// Files that are missing, of the wrong kind or at odds with each other.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '#config'
import { SluiceError } from '#errors'
import { folderWith } from './folder.ts'
import { inSettings, type Row, sourceKeys, streamPart, testProblems } from './problems.ts'

const listed: readonly Row[] = [
  {
    name: 'a pipeline that is not there',
    ...inSettings(
      '{ "pipelines": ["pipelines/web.json", "nginx.json"] }',
      '1:39: pipelines[1] is "nginx.json": no such file; looked for nginx.json'
    )
  },
  {
    name: 'a folder instead of pipelines',
    ...inSettings(
      '{ "pipelines": ["pipelines"] }',
      '1:17: pipelines[0] is "pipelines": pipelines is a folder; allowed: files and globs; did you mean "pipelines/*.json"?'
    )
  },
  {
    name: 'a glob that matches no pipeline',
    ...inSettings(
      '{ "pipelines": ["conf/*.json"] }',
      '1:17: pipelines[0] is "conf/*.json": no file matches; looked for conf/*.json'
    )
  },
  {
    name: 'a name that two pipelines share',
    files: {
      'sluice.json': {},
      'pipelines/a.json':
        '{\n"source": {"type": "file", "paths": ["a"]}, "destination": {"dataset": "a"},\n"name": "web"}',
      'pipelines/b.json':
        '{ "name": "web", "source": {"type": "file", "paths": ["b"]}, "destination": {"dataset": "b"} }'
    },
    problems: ['pipelines/b.json:1:11: the name "web" is taken, by pipelines/a.json:3:9; allowed: a name of its own']
  },
  {
    name: 'a port that two pipelines listen at',
    files: {
      'sluice.json': {},
      'pipelines/a.json':
        '{ "name": "a", "source": {"type": "python", "port": 9055}, "destination": {"dataset": "a"} }',
      'pipelines/b.json':
        '{ "name": "b", "source": {"type": "udp", "host": "0.0.0.0", "port": 9055}, "destination": {"dataset": "b"} }',
      'pipelines/c.json': '{ "name": "c", "source": {"type": "tcp", "port": 9056}, "destination": {"dataset": "c"} }',
      'pipelines/d.json': '{ "name": "d", "source": {"type": "udp", "port": 9056}, "destination": {"dataset": "d"} }'
    },
    problems: ['pipelines/b.json:1:69: port 9055 (udp) is taken, by pipelines/a.json:1:53; allowed: a port of its own']
  },
  {
    name: 'everything in all files, in order',
    files: {
      'sluice.json': '{ "drainMs": -1, "elasticsearch": { "username": "elastic" } }',
      'pipelines/a.json': '{ "name": "a", "source": {"type": "file", "paths": ["["], "path": 1}, "destination": {} }',
      'pipelines/b.json': '{'
    },
    problems: [
      'pipelines/a.json:1:53: the glob is "["; allowed: brackets in pairs, or written with \\ before them (missing closing: "]")',
      `pipelines/a.json:1:59: unknown key "path" in source; allowed: ${sourceKeys}; did you mean "paths"?`,
      `pipelines/a.json:1:86: "dataset" is missing in destination; allowed: ${streamPart}`,
      'pipelines/b.json:1:2: found the end of the file; allowed: a comma or }',
      'sluice.json:1:14: drainMs is -1; allowed: a whole number from 0 to 3600000 milliseconds',
      'sluice.json:1:37: "username" stands without "password"; allowed: both or none'
    ]
  }
]

describe('of files that do not fit together it says', () => testProblems(listed))

describe('files that are named', () => {
  test('a settings file that is not there is refused with where it was looked for', async () => {
    const folder = folderWith({})
    const file = join(folder, 'sluice.json')
    await expect(loadConfig({ settingsFile: file, env: {} })).rejects.toThrow(
      `${file}:1:1: no such file; looked for ${file}`
    )
  })

  test('a folder in place of a file is called one', async () => {
    const folder = folderWith({})
    mkdirSync(join(folder, 'web.json'))
    const file = join(folder, 'web.json')
    await expect(loadConfig({ pipelineFiles: [file], env: {} })).rejects.toThrow(
      `${file}:1:1: ${file} is a folder; allowed: a file`
    )
  })
})

test('the error carries the problems as data', async () => {
  const folder = folderWith({ 'sluice.json': '{\n"stateDir": 1}' })
  const error = await loadConfig({ settingsFile: join(folder, 'sluice.json'), env: {} }).catch(error => error)
  expect(error).toBeInstanceOf(SluiceError)
  expect(error.code).toBe('E_CONFIG')
  expect(error.context.problems).toEqual([
    {
      file: join(folder, 'sluice.json'),
      line: 2,
      column: 13,
      path: 'stateDir',
      message: 'stateDir is 1; allowed: non-empty text'
    }
  ])
})
