// What programs put on a wire: how it is cut into frames, and what is in a frame, as one line of text. Pure, bounded, and
// nothing that comes in is ever executed. A leaf that any room may use; it depends on the nouns alone.

export { type FluentMessage, fluentAck, fluentMessage } from './fluent.ts'
export { type FluentHandshake, fluentHandshake } from './fluent-handshake.ts'
export { formLine } from './form.ts'
export type { Cut, Cutter } from './frames/cutter.ts'
export { delimited } from './frames/delimited.ts'
export { lengthPrefixed } from './frames/length.ts'
export { msgpackFrames } from './frames/msgpack.ts'
export { syslogFrames } from './frames/syslog.ts'
export { type ChunkLimits, type Chunks, gelfChunks, gelfLine } from './gelf.ts'
export { type Answer, defaultLimits, type Limits } from './limits.ts'
export { readPickle } from './pickle/index.ts'
export { formatted } from './python/formatted.ts'
export { datagramLine, recordLine } from './record.ts'
