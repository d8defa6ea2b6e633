// The spool as the file source sees it: plain files that only grow, in a folder of their own.

import { join } from 'node:path'
import { convertPathToPattern } from 'tinyglobby'
import type { FileSourceOptions } from '../file/options.ts'
import type { ListenOptions } from '../listen/index.ts'

/** A byte of a record becomes so many at most, with the escapes of JSON and of the spool. */
const GROWTH = 6
const HEADER_BYTES = 1_024
/** Lines that must fit into what may be read ahead; see `checkReadAhead` of the configuration. */
const READ_AHEAD_LINES = 5
/** Longest packet of UDP. */
const PACKET_BYTES = 65_535

/** Where a pipeline's records wait. */
export const spoolFolder = (stateDir: string, pipeline: string): string => join(stateDir, 'spool', pipeline)

/** What the file source follows of a listener, and the longest line in it. */
export function spoolSource(
  options: ListenOptions,
  folder: string
): { readonly source: FileSourceOptions; readonly maxLineBytes: number } {
  const frameBytes = 'maxFrameBytes' in options ? options.maxFrameBytes : PACKET_BYTES
  const maxLineBytes = GROWTH * frameBytes + HEADER_BYTES
  const source: FileSourceOptions = {
    ...{ type: 'file', paths: [`${convertPathToPattern(folder)}/*.log`], exclude: [] },
    ...{ compression: 'none', startAt: 'beginning', copyWaitMs: 0, ignoreOlderMs: 0, removeAfterMs: 0 },
    ...{ sweepMs: 1_000, closeInactiveMs: 300_000, releaseDeletedMs: 43_200_000, maxOpenFiles: 1_024 },
    maxReadAheadBytes: Math.max(16_777_216, READ_AHEAD_LINES * maxLineBytes)
  }
  return { source, maxLineBytes }
}
