// Holds documents that were delivered against what `sluice try` says for the same bytes of the log. All must be equal but
// the values that tell the place, of which `try` knows none; what they are made of must be there.

import { deepStrictEqual } from 'node:assert/strict'
import { closeSync, openSync, readSync } from 'node:fs'
import type { PipelineConfig } from '#config'
import { createTrial, describeHost } from '#pipeline'
import type { Fields } from '#record'
import type { Sample } from './endpoint-process.ts'
import { versions } from './machine.ts'

/** What documents say of where they come from. */
export const host = () => describeHost('name', versions().sluice)

/** Read behind a record, so that it is seen to end where it should. */
const BEHIND_BYTES = 4_096

/** A delivered document, as far as it must look like this to be compared. */
interface Delivered extends Fields {
  readonly log: Fields & { readonly file: Fields; readonly offset: number }
  readonly sluice: Fields & { readonly shipper: string; readonly generation: string; readonly end_offset: number }
}

/**
 * Compares samples with what a pipeline makes of the log at `path`.
 * @throws AssertionError with the difference of the first that is not equal
 */
export function compareSamples(samples: readonly Sample[], config: PipelineConfig, path: string): void {
  const file = openSync(path, 'r')
  try {
    for (const { action, source } of samples) compare(action, JSON.parse(source), config, file)
  } finally {
    closeSync(file)
  }
}

function compare(action: string, delivered: Delivered, config: PipelineConfig, file: number): void {
  const { offset } = delivered.log
  const bytes = Buffer.alloc(delivered.sluice.end_offset - offset + BEHIND_BYTES)
  const raw = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset))
  const { document, unmatched } = tried(raw, config)
  if (unmatched > 0) throw new Error(`no format matches, at byte ${offset}:\n${raw.toString().slice(0, 500)}`)
  const id = delivered.sluice.generation + offset.toString(16).padStart(12, '0')
  deepStrictEqual({ id: JSON.parse(action).create._id, ...withoutPlace(delivered) }, { id, ...withoutPlace(document) })
}

/** The first document of these bytes, which may end within a record. */
function tried(bytes: Buffer, config: PipelineConfig): { document: Delivered; unmatched: number } {
  const trial = createTrial(config, host(), Date.now)
  const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1)
  const [first] = [...trial.push(whole), ...trial.end()]
  if (first?.kind !== 'document') throw new Error(`no document is made of:\n${bytes.toString().slice(0, 500)}`)
  return { document: first.fields as Delivered, unmatched: trial.counters.unmatched }
}

/** The document with the names of the fields that tell its place, and with its length in bytes. */
function withoutPlace({ log, sluice, ...rest }: Delivered): object {
  const { file, offset, ...logged } = log
  const { shipper, generation, end_offset: end, ...others } = sluice
  return {
    ...rest,
    log: { ...logged, file: Object.keys(file).sort() },
    sluice: others,
    place: { hasShipper: shipper !== '', hasGeneration: generation !== '', bytes: end - offset }
  }
}
