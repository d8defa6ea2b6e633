// Groups of lines that are open when the shipper stops, is killed, or waits: they are read again, and shipped whole.

import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { type Installation, install } from './installation.ts'
import { untilShipped } from './verify.ts'

const server = await elasticsearch()
const client = clientFor(server)

const BEFORE = [
  '2026-11-20 23:11:52 ERROR failed',
  'Traceback (most recent call last):',
  '  File "a.py", line 3, in <module>'
]
const AFTER = ['    f()', '  File "a.py", line 2, in f', '    1 / 0', 'ZeroDivisionError: division by zero']
const text = (lines: readonly string[]) => lines.map(line => `${line}\n`).join('')

async function messages({ index }: Installation): Promise<unknown[]> {
  await client.indices.refresh({ index })
  const { hits } = await client.search<{ message: string }>({ index, size: 100, sort: ['log.offset', '_doc'] })
  return hits.hits.map(({ _source }) => _source?.message)
}

describe.each([
  { how: 'stopped', end: 'terminate' as const },
  { how: 'killed', end: 'kill' as const }
])('a shipper that is $how', ({ end }) => {
  test('in the middle of a traceback ships it whole in its next life', async () => {
    const multiline = { preset: 'python', timeoutMs: 60_000 }
    const installation = install({ elasticsearch: settingsFor(server), pipeline: { parse: [], multiline } })
    const log = join(installation.logs, 'access.log')
    appendFileSync(log, text(['2026-11-20 23:11:51 INFO one', ...BEFORE]))
    const shipper = installation.run()
    await untilShipped(client, installation, 1)
    await shipper[end]()
    expect(await messages(installation)).toEqual(['2026-11-20 23:11:51 INFO one'])

    appendFileSync(log, text(AFTER))
    expect((await installation.sluice('import')).code).toBe(0)
    expect(await messages(installation)).toEqual(['2026-11-20 23:11:51 INFO one', [...BEFORE, ...AFTER].join('\n')])
    expect((await installation.sluice('audit')).code).toBe(0)
  })
})
