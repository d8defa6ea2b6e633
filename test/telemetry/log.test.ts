// Sluice's own log, as a program and as a person read it.

import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { describeError } from '../../src/telemetry/log.ts'
import { readable } from '../../src/telemetry/readable.ts'

/** Runs a script that has `log`, with standard error going to a file; returns what it printed and how it ended. */
function run(script: string, errorFile: string) {
  const room = pathToFileURL(join(import.meta.dirname, '../../src/telemetry/index.ts')).href
  const folder = mkdtempSync(join(tmpdir(), 'sluice-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'script.ts')
  writeFileSync(file, `import { createLog } from '${room}'\nconst log = createLog('info', false)\n${script}`)
  const stderr = openSync(errorFile === '' ? join(folder, 'log') : errorFile, 'a')
  const { status, stdout } = spawnSync(process.execPath, ['--conditions=source', file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', stderr]
  })
  closeSync(stderr)
  return { status, stdout, log: errorFile === '' ? readFileSync(join(folder, 'log'), 'utf8') : '' }
}

describe('the log', () => {
  test('is one JSON object a line on standard error, from the level that is set', () => {
    const { status, stdout, log } = run(
      `log.child({ pipeline: 'nginx' }).warn({ path: '/a.log', error: new Error('EACCES') }, 'cannot read file')
       log.debug('not this')
       log.info('stopping')`,
      ''
    )
    expect([status, stdout]).toEqual([0, ''])
    expect(
      log
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line))
    ).toEqual([
      {
        '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        'log.level': 'warn',
        message: 'cannot read file',
        pipeline: 'nginx',
        path: '/a.log',
        error: { type: 'Error', message: 'EACCES' }
      },
      { '@timestamp': expect.any(String), 'log.level': 'info', message: 'stopping' }
    ])
  })

  test.runIf(process.platform === 'linux')(
    'stops nothing when its disk is full, and goes on when there is room',
    () => {
      const { status, stdout } = run(
        `import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
       import { tmpdir } from 'node:os'
       import { setTimeout as sleep } from 'node:timers/promises'
       for (let i = 0; i < 100; i += 1) log.info('into the void')
       await sleep(20)
       const folder = mkdtempSync(tmpdir() + '/sluice-log-')
       closeSync(2)
       openSync(folder + '/log', 'w')
       log.info('there is room')
       await sleep(20)
       console.log(readFileSync(folder + '/log', 'utf8'))
       rmSync(folder, { recursive: true })`,
        '/dev/full'
      )
      expect(status).toBe(0)
      expect(stdout).toContain('there is room')
    }
  )
})

describe('an error in the log', () => {
  const refusal = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9200'), { code: 'ECONNREFUSED' })
  test.each<[string, unknown, unknown]>([
    ['has its type, code and message', refusal, { type: 'Error', code: 'ECONNREFUSED', message: refusal.message }],
    [
      'says its cause as well',
      new TypeError('fetch failed', { cause: refusal }),
      { type: 'TypeError', message: 'fetch failed: connect ECONNREFUSED 127.0.0.1:9200' }
    ],
    [
      'does not say its cause twice',
      new Error(`cannot send: ${refusal.message}`, { cause: refusal }),
      { type: 'Error', message: 'cannot send: connect ECONNREFUSED 127.0.0.1:9200' }
    ],
    [
      'of several addresses, which has no message, says its code',
      Object.assign(new AggregateError([refusal, refusal], ''), { code: 'ECONNREFUSED' }),
      { type: 'AggregateError', code: 'ECONNREFUSED', message: 'ECONNREFUSED' }
    ],
    ['that is none stays as it is', 'a text', 'a text'],
    ['that is nothing stays nothing', undefined, undefined]
  ])('%s', (_, error, expected) => {
    expect(describeError(error)).toEqual(expected)
  })
})

describe('a line for people', () => {
  const written = (about: object) => {
    let text = ''
    readable({
      write: line => {
        text += line
      }
    }).write(JSON.stringify({ '@timestamp': '2026-11-20T12:00:00.123Z', 'log.level': 'warn', ...about }))
    return text
  }

  test.each<[string, object, string]>([
    ['is the time, the level and the sentence', { message: 'stopping' }, '12:00:00.123Z warn  stopping\n'],
    [
      'ends with what it is about',
      { message: 'file found', path: '/a.log', offset: 17, ids: ['a'] },
      '12:00:00.123Z warn  file found  path=/a.log offset=17 ids=["a"]\n'
    ],
    [
      'quotes what has blanks, so that it is clear where it ends',
      { message: 'retrying', reason: 'no shard = "x"', path: '' },
      '12:00:00.123Z warn  retrying  reason="no shard = \\"x\\"" path=""\n'
    ],
    [
      'says of an error its message',
      { message: 'cannot read', error: { type: 'Error', message: 'EACCES: /a' } },
      '12:00:00.123Z warn  cannot read  error="EACCES: /a"\n'
    ],
    [
      'lets no control character of a name through to the terminal',
      { message: 'file found', path: '/\u001b[31m\n\u009b\u202e.log', other: { '\u001b': 1 } },
      '12:00:00.123Z warn  file found  path="/\\u001b[31m\\n\\u009b\\u202e.log" other={"\\u001b":1}\n'
    ],
    [
      'keeps letters of all scripts',
      { message: 'file found', path: '/로그.log' },
      '12:00:00.123Z warn  file found  path=/로그.log\n'
    ]
  ])('%s', (_, about, expected) => {
    expect(written(about)).toBe(expected)
  })
})
