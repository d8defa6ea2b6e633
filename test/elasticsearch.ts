// The real Elasticsearch that all tests of a run share. Tests keep apart by the names of their indices, and leave it running.
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { inject } from 'vitest'
import type { Elasticsearch } from '#embedded'

/**
 * The shared server, started by whoever asks first; that may take a minute, and longer where it is downloaded. Called at
 * the top of a test file (`const { url } = await elasticsearch()`) no test's time is spent on it.
 */
export async function elasticsearch(): Promise<Pick<Elasticsearch, 'url' | 'auth' | 'version'>> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(inject('elasticsearchDoor'), resolve).once('error', reject)
  })
  const answer = await text(response)
  if (response.statusCode !== 200) throw new Error(answer)
  return JSON.parse(answer)
}
