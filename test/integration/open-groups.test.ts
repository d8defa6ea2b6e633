// Groups of lines that are open when the shipper stops, is killed, or waits: they are read again, and shipped whole.

import { appendFileSync, renameSync } from 'node:fs'
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

describe('a traceback that a rotation splits', () => {
  const WHOLE = [...BEFORE, ...AFTER].join('\n')

  /** A log that is renamed, and made anew, within a traceback; `between` is what happens right before and after that. */
  async function story(
    timeoutMs: number,
    { between, after, ...options }: { between?: () => Promise<void>; after: readonly string[]; settings?: object }
  ) {
    const multiline = { preset: 'python', timeoutMs }
    const pipeline = { parse: [], multiline, source: { type: 'file', paths: ['logs/access.log'], sweepMs: 100 } }
    const installation = install({ elasticsearch: settingsFor(server), pipeline, ...options })
    const log = join(installation.logs, 'access.log')
    const shipper = installation.run()
    await shipper.says('sluice started')
    appendFileSync(log, text(['2026-11-20 23:11:51 INFO one']))
    appendFileSync(log, text(BEFORE))
    await untilShipped(client, installation, 1)
    renameSync(log, `${log}.1`)
    await between?.()
    appendFileSync(log, text(after))
    return { installation, shipper, log }
  }

  test('is one record, and the bytes of both files are accounted for', async () => {
    const { installation, shipper } = await story(20_000, { after: [...AFTER, '2026-11-20 23:11:53 INFO two'] })
    await untilShipped(client, installation, 2)
    expect(await shipper.terminate()).toBe(0)
    expect((await messages(installation)).toSorted()).toEqual(['2026-11-20 23:11:51 INFO one', WHOLE])
    const audit = await installation.sluice('audit', '--json')
    expect(audit.code).toBe(0)
    expect(audit.stdout).toContain('joined')
    expect((await installation.sluice('import')).code).toBe(0)
    expect((await messages(installation)).toSorted()).toEqual([
      '2026-11-20 23:11:51 INFO one',
      WHOLE,
      '2026-11-20 23:11:53 INFO two'
    ])
  })

  test('is one record where no line follows it in time', async () => {
    const { installation, shipper } = await story(6_000, { after: AFTER })
    await untilShipped(client, installation, 2)
    expect((await messages(installation)).toSorted()).toEqual(['2026-11-20 23:11:51 INFO one', WHOLE])
    expect(await shipper.terminate()).toBe(0)
  })

  test('is one record where the shipper was killed in between, and where it imports', async () => {
    const { installation, shipper } = await story(20_000, { after: AFTER.slice(0, 2) })
    await shipper.kill()
    appendFileSync(join(installation.logs, 'access.log'), text([...AFTER.slice(2), '2026-11-20 23:11:53 INFO two']))
    expect((await installation.sluice('import')).code).toBe(0)
    expect((await messages(installation)).toSorted()).toEqual([
      '2026-11-20 23:11:51 INFO one',
      WHOLE,
      '2026-11-20 23:11:53 INFO two'
    ])
    expect((await installation.sluice('audit')).code).toBe(0)
  })

  test('is two where its rest comes too late', async () => {
    const late = () => new Promise<void>(resolve => setTimeout(resolve, 1_500))
    const { installation } = await story(200, { between: late, after: AFTER })
    await untilShipped(client, installation, 3)
    expect((await messages(installation)).toSorted()).toEqual(
      ['2026-11-20 23:11:51 INFO one', BEFORE.join('\n'), AFTER.join('\n')].toSorted()
    )
  })
})
