// A door before a server: what is asked goes in, the answers to bulk requests stay inside while it is told to hold them, and
// bulk requests wait before it where only so many are admitted.

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
  /** Lets so many more bulk requests in, in the order in which they came; until it is first told, all. */
  admit(requests: number): void
}

/** A door to the server at `url`; it goes with the test. */
export async function createDoor(url: string): Promise<Door> {
  let admitted = Number.POSITIVE_INFINITY
  const waiting: (() => void)[] = []
  const door = { url: '', isHolding: false, held: 0, asked: [] as string[], admit }

  function admit(requests: number): void {
    for (admitted = requests; admitted > 0 && waiting.length > 0; admitted -= 1) waiting.shift()?.()
  }

  const server = createServer(async (asked, answer) => {
    const { method, headers, url: path = '/' } = asked
    door.asked.push(path)
    if (path.includes('/_bulk')) {
      if (admitted > 0) admitted -= 1
      else await new Promise<void>(resolve => waiting.push(resolve))
    }
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
