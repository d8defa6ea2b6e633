// Fluentd's and Fluent Bit's forward protocol over TCP, TLS or a Unix socket. What asks for an acknowledgement gets one when
// its records are on the disk.

import { randomBytes } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { defaultLimits, fluentAck, fluentHandshake, fluentMessage, type Limits, msgpackFrames } from '#wire'
import { serveConnections } from './connections.ts'
import type { Intake, Listener, RecordSink, Taken } from './contract.ts'
import { connectionOptions, maxFrameBytes, networkOptions, pathOption, tlsSchema } from './options.ts'

export const schema = Type.Object(
  {
    type: Type.Literal('forward', { description: 'The forward protocol of Fluentd and Fluent Bit.' }),
    ...networkOptions(24_224),
    path: pathOption,
    sharedKey: Type.Optional(
      Type.String({
        minLength: 1,
        writeOnly: true,
        description:
          'The key that senders must know (`shared_key`), which they prove without sending it. Better written as `${NAME}` or `${file:/path}`.'
      })
    ),
    tls: Type.Optional(tlsSchema),
    maxFrameBytes: maxFrameBytes(8_388_608, 'Longest message; a longer one closes its connection,'),
    ...connectionOptions
  },
  {
    description:
      'Fluentd, Fluent Bit, Docker’s `fluentd` driver and fluent loggers. Each entry arrives as one line of JSON; where `parse` is left out, it is read by the format `json`.'
  }
)
type Options = Static<typeof schema>

export const listen = (options: Options, sink: RecordSink): Promise<Listener> =>
  serveConnections(options, sink, () => createForward(options))

function createForward({ sharedKey, maxFrameBytes: most }: Options): Intake {
  const limits: Limits = { ...defaultLimits, frameBytes: most }
  const cutter = msgpackFrames(most)
  const handshake = sharedKey === undefined ? undefined : fluentHandshake(sharedKey, randomBytes(16))
  let isKnown = handshake === undefined

  function take(frames: readonly Buffer[], error: string | undefined, pushed: Uint8Array): Taken {
    const records: Buffer[] = []
    const replies: Uint8Array[] = []
    const said = () => ({ records, ...(replies.length > 0 && { reply: Buffer.concat(replies) }) })
    for (const frame of frames) {
      if (!isKnown && handshake !== undefined) {
        const answer = handshake.check(frame)
        if ('error' in answer) {
          const { error: reason } = answer
          return { records, denied: { refusal: 'wrong key', reason, reply: handshake.refusal(reason) } }
        }
        isKnown = true
        replies.push(answer.ok)
        continue
      }
      const message = fluentMessage(frame, limits)
      if ('error' in message) return { ...said(), broken: { reason: message.error, bytes: frame } }
      for (const line of message.ok.lines) records.push(Buffer.from(line))
      if (message.ok.chunk !== undefined) replies.push(fluentAck(message.ok.chunk))
    }
    return error === undefined ? said() : { ...said(), broken: { reason: error, bytes: pushed } }
  }

  return {
    greeting: handshake?.hello,
    push(bytes) {
      const { frames, error } = cutter.push(bytes)
      return take(frames, error, bytes)
    },
    end() {
      const { frames, error } = cutter.end()
      return take(frames, error, new Uint8Array())
    },
    get heldBytes() {
      return cutter.heldBytes
    }
  }
}
