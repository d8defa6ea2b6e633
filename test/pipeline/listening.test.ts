// A listener over its spool: whom its log warns of.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { FileSource, ListenOptions } from '#source'
import type { Log } from '#telemetry'
import { listening } from '../../src/pipeline/listening.ts'
import { forward, http, python } from '../source/listen/start.ts'

const files = {
  start: async () => {},
  stop: async () => {},
  status: () => []
} as unknown as FileSource

test.each<[string, object, ListenOptions, boolean]>([
  ['a pickle port that others reach', { host: '0.0.0.0' }, python, true],
  ['a port of IPv6 that others reach', { host: '::' }, python, true],
  ['one that only this machine reaches', {}, python, false],
  ['one with a list of those who may send', { host: '0.0.0.0', allow: ['192.0.2.0/24'] }, python, false],
  ['HTTP that others reach', { host: '0.0.0.0' }, http, true],
  ['HTTP with a token', { host: '0.0.0.0', token: 'secret' }, http, false],
  ['the forward protocol with a shared key', { host: '0.0.0.0', sharedKey: 'secret' }, forward, false]
])('%s: %j', async (_, differing, options, isWarned) => {
  const folder = mkdtempSync(join(tmpdir(), 'listening-'))
  const warnings: string[] = []
  const log = { info: () => {}, error: () => {}, warn: (_: object, words: string) => warnings.push(words) }
  const source = listening({ ...options, ...differing }, files, {
    folder,
    maxBytes: 16_777_216,
    log: log as unknown as Log,
    tally: { refused: () => {}, spoolShort: () => {}, spoolRoomy: () => {} },
    onEnded: () => {},
    onFatal: error => {
      throw error
    }
  })
  onTestFinished(() => rmSync(folder, { recursive: true }))
  await source.fill()
  await source.stop()
  const strangers = warnings.filter(words => words.startsWith('anyone who reaches this address can write logs'))
  expect(strangers).toHaveLength(isWarned ? 1 : 0)
})
