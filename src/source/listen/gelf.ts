// Messages of GELF: over UDP in packets, compressed and in chunks, over TCP and TLS each ended by a NUL. Nothing is answered.

import Type, { type Static } from 'typebox'
import { type Answer, defaultLimits, delimited, gelfChunks, gelfLine, type Limits } from '#wire'
import { protocolsOption, serveBoth } from './both.ts'
import type { Listener, RecordSink, Taken } from './contract.ts'
import { createFrames } from './frames.ts'
import { connectionOptions, maxFrameBytes, networkOptions, tlsSchema } from './options.ts'

export const schema = Type.Object(
  {
    type: Type.Literal('gelf', { description: 'GELF over UDP, TCP and TLS.' }),
    ...networkOptions(12_201),
    protocols: protocolsOption,
    tls: Type.Optional(tlsSchema),
    maxFrameBytes: maxFrameBytes(2_097_152, 'Longest message, unpacked; a longer one closes its connection,'),
    ...connectionOptions
  },
  {
    description:
      'Docker’s `gelf` driver, Graylog’s appenders and what else speaks GELF. A message arrives as one line of JSON; where `parse` is left out, it is read by the format `gelf`.'
  }
)
type Options = Static<typeof schema>

/** What may wait for the rest of its chunks. */
const CHUNKS = { messages: 4_096, bytes: 33_554_432 }
const NUL = 0
/** How often what waits for too long is given up, whether packets come or not. */
const EXPIRY_MS = 1_000

export async function listen(options: Options, sink: RecordSink): Promise<Listener> {
  const limits: Limits = { ...defaultLimits, frameBytes: options.maxFrameBytes }
  const chunks = gelfChunks(CHUNKS)
  const giveUp = (lost: number, address: string) => {
    if (lost > 0) sink.refused('half frame', address, { chunks: lost })
  }
  const listener = await serveBoth(options, sink, {
    newIntake: () => createFrames(delimited(NUL, options.maxFrameBytes), frame => bytesOf(gelfLine(frame, limits))),
    read(packet, address): Taken {
      const { message, lost, error } = chunks.push(packet, address, Date.now())
      giveUp(lost, address)
      if (error !== undefined) return { records: [], broken: { reason: error, bytes: packet } }
      if (message === undefined) return { records: [] }
      const line = bytesOf(gelfLine(message, limits))
      return 'error' in line ? { records: [], broken: { reason: line.error, bytes: message } } : { records: [line.ok] }
    }
  })
  const expiring = setInterval(() => giveUp(chunks.expire(Date.now()), '-'), EXPIRY_MS)
  return {
    ...listener,
    async close() {
      clearInterval(expiring)
      await listener.close()
    }
  }
}

const bytesOf = (line: Answer<string>): Answer<Uint8Array> => ('error' in line ? line : { ok: Buffer.from(line.ok) })
