// A door before a server: what is asked goes in, and the answers to bulk requests stay inside while it is told to hold them.

import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Door {
  readonly url: string
  isHolding: boolean
  /** Answers that were held. */
  readonly held: number
  /** Paths of what was asked, in order. */
  readonly asked: string[]
}

/** A door to the server at `url`; it goes with the test. */
export async function createDoor(url: string): Promise<Door> {
  const door = { url: '', isHolding: false, held: 0, asked: [] as string[] }
  const server = createServer((asked, answer) => {
    const { method, headers, url: path = '/' } = asked
    door.asked.push(path)
    const forwarded = request(new URL(path, url), { method, headers }, answered => {
      if (door.isHolding && path.includes('/_bulk')) {
        answered.resume().once('end', () => {
          door.held += 1
        })
        return
      }
      answer.writeHead(answered.statusCode ?? 502, answered.headers)
      answered.pipe(answer)
    })
    forwarded.once('error', () => answer.destroy())
    asked.pipe(forwarded)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  door.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return door
}
