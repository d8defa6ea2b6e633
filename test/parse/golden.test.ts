// Every folder of test/fixtures that holds a pipeline.json: its input.log through the pipeline's frames, parsers and
// processors must make its expected.ndjson. A new format adds a folder; `npm test -- -u` writes what comes out, to be read before it
// is committed.

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { compileProcessors } from '#enrich'
import { createFraming } from '#frame'
import { parsers } from '#parse'
import { type Fields, type GenerationId, type Line, offset } from '#record'

const fixtures = join(import.meta.dirname, '..', 'fixtures')

test.each(globSync('*/pipeline.json', { cwd: fixtures }).map(dirname))(
  '%s: lines become the documents beside them',
  async name => {
    const folder = join(fixtures, name)
    const pipeline = JSON.parse(readFileSync(join(folder, 'pipeline.json'), 'utf8'))
    const { parse, isHeader } = parsers(pipeline.parse ?? [])
    // Where lines leave out the year or the date.
    const reading = { path: 'input.log', readMs: Date.parse('2026-12-01T00:00:00Z'), modifiedMs: undefined }
    const enrich = compileProcessors(pipeline.enrich ?? [])
    const documents = framed(pipeline, readFileSync(join(folder, 'input.log'))).flatMap(({ text }) => {
      const fields: Fields = {}
      if (isHeader?.(text, reading)) return []
      parse(text, fields, reading)
      return enrich(fields) === 'dropped' ? [] : `${JSON.stringify(fields)}\n`
    })
    expect(documents.length).toBeGreaterThan(0)
    await expect(documents.join('')).toMatchFileSnapshot(join(folder, 'expected.ndjson'), basename(folder))
  }
)

function framed({ frame, multiline }: { frame?: object; multiline?: object }, bytes: Buffer): Line[] {
  const options = multiline && { maxLines: 500, timeoutMs: 1000, ...multiline }
  const framer = createFraming({ maxLineBytes: 2 ** 20, ...frame }, options)({ isMidCut: false, forcedEnds: [] })
  const generation = { id: 'golden' as GenerationId, path: '', inode: '', deviceId: '' }
  const { lines } = framer.push({ generation, fingerprint: '', start: offset(0), bytes })
  return [...lines, ...framer.end().lines]
}
