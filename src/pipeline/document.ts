// The document of one line before its parser writes to it, and its id. What is the same for every line of a pipeline or a
// chunk is made once.

import { type Fields, type GenerationId, isFields, type Offset } from '#record'
import type { Reading } from '#time'
import type { Host } from './host.ts'

/** ECS version that the fields follow; see the ECS field reference. */
export const ECS_VERSION = '8.17.0'

export interface Origin extends Host {
  readonly dataset: string
  readonly namespace: string
  /** Names the machine and the pipeline, see `shipperOf`. */
  readonly shipper: string
}

/** Where a line stands, as its document says it. */
export interface Place {
  readonly generation: GenerationId
  readonly path: string
  readonly inode: string
  readonly deviceId: string
  readonly fingerprint: string
  /** Fields taken from the path. */
  readonly pathFields: Fields | undefined
  /** What tells the year or date of a line that leaves it out. */
  readonly reading: Reading
}

/** Returns what makes a fresh document for a span of a place; the caller owns every object in it. */
export function documentFor({ dataset, namespace, shipper, agent, host }: Origin) {
  return (
    { generation, path, inode, deviceId, fingerprint, pathFields }: Place,
    start: Offset,
    end: Offset
  ): Fields => {
    const fields: Fields = {
      '@timestamp': undefined,
      message: undefined,
      data_stream: { type: 'logs', dataset, namespace },
      event: { dataset },
      ecs: { version: ECS_VERSION },
      agent: agent(),
      host: host(),
      log: { file: { path, inode, device_id: deviceId, fingerprint }, offset: start },
      sluice: { shipper, generation, end_offset: end }
    }
    return pathFields === undefined ? fields : merge(fields, pathFields)
  }
}

function merge(fields: Fields, more: Fields): Fields {
  for (const [name, value] of Object.entries(more)) {
    if (!isFields(value)) fields[name] = value
    else {
      const inner = fields[name]
      fields[name] = merge(isFields(inner) ? inner : {}, value)
    }
  }
  return fields
}

/**
 * The document's `_id`: the prefix of its generation, the offset in 12 hexadecimal digits, which keeps ids of a file in
 * order, and an ordinal from the second document of a span on.
 */
export function documentId(prefix: string, start: Offset, ordinal: number): string {
  const place = prefix + start.toString(16).padStart(12, '0')
  return ordinal === 0 ? place : `${place}.${ordinal}`
}
