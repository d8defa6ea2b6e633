// The state folder's disk is full, at the start and in the middle: nothing is delivered beyond what is stored, the process
// lives on, says what is needed, and goes on by itself.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { limitFiles } from '../full-disk.ts'
import { clientFor, settingsFor } from './connection.ts'
import { install, type Shipper } from './installation.ts'
import { readStore } from './store.ts'
import { countDocuments, expectOnce, untilShipped } from './verify.ts'
import { lineOf } from './writer.ts'

const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())

const textOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${lineOf(from + i)}\n`).join('')

const STARTING = 'state folder takes no writes, starting when its disk has room, 16 MB or more'
const WAITING = 'state folder takes no writes, delivery waits until it does'
const RESUMED = 'state folder takes writes again, delivery goes on'

async function healthOf(shipper: Shipper): Promise<{ status: string; reasons: { code: string; message: string }[] }> {
  const { url } = await shipper.says('metrics and health served')
  return (await (await fetch(`${url}/health`)).json()) as Awaited<ReturnType<typeof healthOf>>
}

test('a full disk under the state folder delays delivery and costs nothing', { timeout: 120_000 }, async () => {
  const installation = install({
    elasticsearch: settingsFor(server),
    settings: { metrics: { enabled: true, address: '127.0.0.1:0' } }
  })
  const file = join(installation.logs, 'access.log')
  const first = textOf(0, 500)
  writeFileSync(file, first)

  const shipper = installation.run()
  limitFiles(shipper.pid, 1_000)
  expect(await shipper.says(STARTING)).toMatchObject({ folder: installation.stateDir })
  limitFiles(shipper.pid, 'unlimited')
  await shipper.says('sluice started')
  await untilShipped(client, installation, 500)
  await expect.poll(() => readStore(installation).sum('acked').lines, { timeout: 30_000 }).toBe(500)

  limitFiles(shipper.pid, 1_000)
  const more = textOf(500, 20_000)
  writeFileSync(file, more, { flag: 'a' })
  expect(await shipper.says(WAITING)).toMatchObject({ folder: installation.stateDir })
  const health = await healthOf(shipper)
  expect(health.status).toBe('degraded')
  expect(health.reasons).toMatchObject([
    { code: 'state_unwritable', message: expect.stringContaining(installation.stateDir) }
  ])
  expect(await countDocuments(client, installation)).toBeLessThan(20_000)
  expect(readStore(installation).sum('acked').lines).toBe(500)
  await shipper.kill()

  const second = installation.run()
  limitFiles(second.pid, 1_000)
  await second.says(STARTING)
  limitFiles(second.pid, 'unlimited')
  await untilShipped(client, installation, 20_000)
  limitFiles(second.pid, 1_000)
  const last = textOf(20_000, 20_100)
  writeFileSync(file, last, { flag: 'a' })
  await second.says(WAITING)
  limitFiles(second.pid, 'unlimited')
  await second.says(RESUMED)
  await untilShipped(client, installation, 20_100)
  expect(await second.terminate()).toBe(0)
  await expectOnce(client, installation, { lines: 20_100, bytes: first.length + more.length + last.length })
})
