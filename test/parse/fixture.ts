// Runs the lines of a folder of test/fixtures through its pipeline: what its golden test compares, and what the reference of
// formats shows.

import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { compileProcessors } from '#enrich'
import { createFraming } from '#frame'
import { type ParseEntry, parsers } from '#parse'
import { type Fields, type FieldTypes, type GenerationId, type Line, offset } from '#record'

const fixtures = join(import.meta.dirname, '..', 'fixtures')

/** Folders that hold a pipeline. */
export const fixtureNames = globSync('*/pipeline.json', { cwd: fixtures }).map(dirname).toSorted()

export const fixtureFolder = (name: string): string => join(fixtures, name)

export interface Example {
  readonly text: string
  /** What its parser made of it; undefined where none took it. */
  readonly entry: ParseEntry | undefined
  readonly writes: FieldTypes | 'open'
  readonly parsed: Fields
  /** The document, undefined where a processor dropped it. */
  readonly document: Fields | undefined
}

/** Every record of a folder, in order, but for headers. */
export function runFixture(name: string): Example[] {
  const pipeline = JSON.parse(readFileSync(join(fixtures, name, 'pipeline.json'), 'utf8'))
  const entries: readonly ParseEntry[] = pipeline.parse ?? []
  const { parse, isHeader, parsers: compiled } = parsers(entries)
  // Where lines leave out the year or the date.
  const reading = { path: 'input.log', readMs: Date.parse('2026-12-01T00:00:00Z'), modifiedMs: undefined }
  const enrich = compileProcessors(pipeline.enrich ?? [])
  return framed(pipeline, readFileSync(join(fixtures, name, 'input.log'))).flatMap(({ text }) => {
    const fields: Fields = {}
    if (isHeader?.(text, reading)) return []
    const parser = parse(text, fields, reading)
    const parsed = structuredClone(fields)
    const document = enrich(fields) === 'dropped' ? undefined : fields
    const entry = parser && entries[compiled.indexOf(parser)]
    return [{ text, entry, writes: parser?.writes ?? 'open', parsed, document }]
  })
}

function framed({ frame, multiline }: { frame?: object; multiline?: object }, bytes: Buffer): Line[] {
  const options = multiline && { maxLines: 500, timeoutMs: 1000, ...multiline }
  const framer = createFraming({ maxLineBytes: 2 ** 20, ...frame }, options)({ isMidCut: false, forcedEnds: [] })
  const generation = { id: 'golden' as GenerationId, path: '', inode: '', deviceId: '' }
  const { lines } = framer.push({ generation, fingerprint: '', start: offset(0), bytes })
  return [...lines, ...framer.end().lines]
}
