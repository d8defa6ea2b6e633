// The programs that tests need run here, and do what the tests need of them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logrotate } from './logrotate.ts'
import { python } from './python.ts'

const { path: interpreter, version } = await python()
const rotator = await logrotate()

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-programs-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('Python runs in the version it says, and Loguru writes a file that is rotated and compressed', () => {
  const script = `
import platform, sys
from loguru import logger
logger.remove()
logger.add(sys.argv[1], format="{message}", rotation="1 KB", compression="gz")
for serial in range(100):
    logger.info("a line of some length, number {}", serial)
print(platform.python_version())`
  const said = execFileSync(interpreter, ['-c', script, join(folder, 'app.log')], { encoding: 'utf8' })
  expect(said.trim()).toBe(version)
  const names = readdirSync(folder).sort()
  const compressed = names.filter(name => name.endsWith('.log.gz'))
  expect(compressed.length).toBeGreaterThan(1)
  expect(names).toHaveLength(compressed.length + 1)
  const texts = compressed.map(name => gunzipSync(readFileSync(join(folder, name))).toString())
  texts.push(readFileSync(join(folder, 'app.log'), 'utf8'))
  const expected = Array.from({ length: 100 }, (_, serial) => `a line of some length, number ${serial}`)
  expect(texts.join('').trim().split(/\r?\n/).sort()).toEqual(expected.sort())
})

test.each([
  ['create', 'moves the file away and makes a new one', true],
  ['copytruncate', 'copies the file and empties it', false]
])('logrotate with %s %s', (option, _, isMoved) => {
  const log = join(folder, 'app.log')
  const configuration = join(folder, 'logrotate.conf')
  writeFileSync(log, 'first\nsecond\n')
  writeFileSync(configuration, `${log} {\n  rotate 3\n  ${option}\n}\n`)
  const { ino } = statSync(log)
  execFileSync(rotator, ['--force', '--state', join(folder, 'state'), configuration])
  expect(readFileSync(log, 'utf8')).toBe('')
  expect(readFileSync(`${log}.1`, 'utf8')).toBe('first\nsecond\n')
  expect(statSync(isMoved ? `${log}.1` : log).ino).toBe(ino)
  expect(statSync(isMoved ? log : `${log}.1`).ino).not.toBe(ino)
})
