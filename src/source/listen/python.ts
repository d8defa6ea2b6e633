// Records of CPython's `SocketHandler` (TCP) and `DatagramHandler` (UDP), at one port. A pickle is read and never run.
// Nothing is ever answered; a frame that cannot be read closes its connection alone.

import Type, { type Static } from 'typebox'
import { type Answer, datagramLine, defaultLimits, lengthPrefixed, recordLine } from '#wire'
import { protocolsOption, serveBoth } from './both.ts'
import type { Listener, RecordSink } from './contract.ts'
import { createFrames } from './frames.ts'
import { connectionOptions, maxFrameBytes, networkOptions, pathOption, tlsSchema } from './options.ts'

export const schema = Type.Object(
  {
    type: Type.Literal('python', { description: "Python's `SocketHandler` and `DatagramHandler`." }),
    ...networkOptions(9999),
    path: pathOption,
    protocols: protocolsOption,
    tls: Type.Optional(tlsSchema),
    maxFrameBytes: maxFrameBytes(4_194_304, 'Longest record; a longer one closes its connection,'),
    ...connectionOptions
  },
  {
    description:
      "Programs that log with Python's own handlers, unchanged. A record arrives as one line of JSON; where `parse` is left out, it is read by the format `python-record`."
  }
)
type Options = Static<typeof schema>

export function listen(options: Options, sink: RecordSink): Promise<Listener> {
  const limits = { ...defaultLimits, frameBytes: options.maxFrameBytes }
  return serveBoth(options, sink, {
    newIntake: () => createFrames(lengthPrefixed(options.maxFrameBytes), frame => bytesOf(recordLine(frame, limits))),
    read(packet) {
      const record = bytesOf(datagramLine(packet, limits))
      if ('error' in record) return { records: [], broken: { reason: record.error, bytes: packet } }
      return { records: [record.ok] }
    }
  })
}

const bytesOf = (line: Answer<string>): Answer<Uint8Array> => ('error' in line ? line : { ok: Buffer.from(line.ok) })
