// A line of 1 MiB of the worst characters holds up no format for longer than the limit of an expression.

import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { parseSchema } from '#parse'

/** Far more than any one line may take, so that a busy machine does not fail the test, and far less than a stall. */
const WATCHDOG_MS = 10_000

const { oneOf = [] } = parseSchema.items as { oneOf?: { properties: { format: { const: string } } }[] }
const formats = oneOf.map(({ properties }) => properties.format.const)

test('no format is held up by a line of 1 MiB, whatever it is made of', { timeout: 240_000 }, async () => {
  const worker = new Worker(join(import.meta.dirname, 'worst-lines.ts'), { execArgv: ['--conditions=source'] })
  let last: unknown = 'the beginning'
  const seen = new Set<string>()
  const ended = await new Promise<unknown>((resolve, reject) => {
    const stalled = () => resolve(`stalled behind ${JSON.stringify(last)}`)
    let watchdog = setTimeout(stalled, WATCHDOG_MS)
    worker.on('error', reject)
    worker.on('message', message => {
      last = message
      if (message !== 'done') seen.add(message.format)
      clearTimeout(watchdog)
      if (message === 'done') resolve(message)
      else watchdog = setTimeout(stalled, WATCHDOG_MS)
    })
  })
  await worker.terminate()
  expect(ended).toBe('done')
  expect([...seen].sort()).toEqual(formats.sort())
})
