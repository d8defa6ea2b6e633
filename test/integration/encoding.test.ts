// The encoding of a file is decided once: what is written to it later, in another life of the shipper too, is read alike.

import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { type Installation, install } from './installation.ts'
import { untilShipped } from './verify.ts'

const server = await elasticsearch()
const client = clientFor(server)

/** `실패` and, read by itself, `Größe`: bytes of CP949 and of Windows-1252. */
const KOREAN = Buffer.from('bdc7c6d0', 'hex')
const WESTERN = Buffer.from('4772f6df65', 'hex')
const NEWLINE = Buffer.from('\n')

async function messages({ index }: Installation): Promise<unknown[]> {
  await client.indices.refresh({ index })
  const { hits } = await client.search<{ message: string }>({ index, size: 100, sort: ['log.file.path', 'log.offset'] })
  return hits.hits.map(({ _source }) => _source?.message)
}

test('a file that was decided to be CP949 or UTF-16 is that after kill -9 too', async () => {
  const frame = { encoding: 'auto' }
  const installation = install({ elasticsearch: settingsFor(server), pipeline: { parse: [], frame } })
  const [ansi, wide] = [join(installation.logs, 'access.log'), join(installation.logs, 'access.log.wide')]
  appendFileSync(ansi, Buffer.concat([Buffer.from('plain\n'), KOREAN, NEWLINE]))
  appendFileSync(wide, Buffer.from('\ufeff하나\r\n', 'utf16le').swap16())
  const shipper = installation.run()
  await untilShipped(client, installation, 3)
  await shipper.kill()

  appendFileSync(ansi, Buffer.concat([WESTERN, NEWLINE]))
  appendFileSync(wide, Buffer.from('둘\r\n', 'utf16le').swap16())
  expect((await installation.sluice('import')).code).toBe(0)
  expect(await messages(installation)).toEqual(['plain', '실패', 'Gr秤e', '하나', '둘'])
  expect((await installation.sluice('audit')).code).toBe(0)
})
