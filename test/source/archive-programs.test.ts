// logrotate compresses, at once and a turn later, while the source runs and while it does not; and gzip as a person calls it.

import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { logrotate } from '../programs/logrotate.ts'
import { createFolder, type Folder } from './follow.ts'

const rotator = await logrotate()

function rotate(folder: Folder, ...options: readonly string[]): void {
  const configuration = folder.at('logrotate.conf')
  const lines = ['rotate 9', 'create', 'compress', ...options]
  writeFileSync(configuration, `${folder.at('app.log')} {\n${lines.map(line => `  ${line}\n`).join('')}}\n`)
  execFileSync(rotator, ['--force', '--state', folder.at('logrotate.state'), configuration])
}

const ways = [
  { way: 'at once', options: [] },
  { way: 'a turn later', options: ['delaycompress'] },
  { way: 'a copy that it made', options: ['nocreate', 'copytruncate'] }
]

describe.each(ways)('logrotate compresses $way', ({ options }) => {
  test('and every line comes once, whether it was read before or not', async () => {
    const folder = createFolder()
    const paths = ['app.log*']
    const expected: string[] = []
    const write = (line: string) => {
      folder.append('app.log', `${line} ${'x'.repeat(500)}\n`)
      expected.push(`${line} ${'x'.repeat(500)}`)
    }
    for (const turn of [1, 2, 3]) {
      write(`read ${turn}`)
      const following = await folder.follow({ paths })
      await vi.waitFor(() => expect([...folder.documents.values()]).toContain(expected.at(-1)), 5_000)
      write(`running ${turn}`)
      rotate(folder, ...options)
      write(`new ${turn}`)
      await following.stop()
      write(`stopped ${turn}`)
      rotate(folder, ...options)
    }
    const last = folder.create({ paths })
    await last.source.readAll()
    await last.stop()
    expect([...folder.documents.values()].toSorted()).toEqual(expected.toSorted())
    expect(readdirSync(folder.at('')).filter(name => name.endsWith('.gz')).length).toBeGreaterThan(3)
    const again = folder.create({ paths })
    await again.source.readAll()
    expect(again.lines).toEqual([])
  })
})

test('gzip and gzip -k, called by hand, cost nothing and double nothing', async () => {
  const folder = createFolder()
  const paths = ['app.log*']
  folder.append('app.log.1', 'one\n')
  folder.append('app.log.2', 'two\n')
  const following = await folder.follow({ paths })
  await following.expectLines('one', 'two')
  execFileSync('gzip', [folder.at('app.log.1')])
  execFileSync('gzip', ['-k', folder.at('app.log.2')])
  await following.stop()
  const last = folder.create({ paths })
  await last.source.readAll()
  expect(last.lines).toEqual([])
})
