// Every folder of test/fixtures that holds a pipeline.json: its input.log through the pipeline's parsers and processors
// must make its expected.ndjson. A new format adds a folder; `npm test -- -u` writes what comes out, to be read before it
// is committed.

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { compileProcessors } from '#enrich'
import { parsers } from '#parse'
import type { Fields } from '#record'

const fixtures = join(import.meta.dirname, '..', 'fixtures')

test.each(globSync('*/pipeline.json', { cwd: fixtures }).map(dirname))(
  '%s: lines become the documents beside them',
  async name => {
    const folder = join(fixtures, name)
    const pipeline = JSON.parse(readFileSync(join(folder, 'pipeline.json'), 'utf8'))
    const { parse } = parsers(pipeline.parse ?? [])
    const enrich = compileProcessors(pipeline.enrich ?? [])
    const lines = readFileSync(join(folder, 'input.log'), 'utf8').split('\n').slice(0, -1)
    const documents = lines.flatMap(line => {
      const fields: Fields = {}
      parse(line, fields)
      return enrich(fields) === 'dropped' ? [] : `${JSON.stringify(fields)}\n`
    })
    expect(documents.length).toBeGreaterThan(0)
    await expect(documents.join('')).toMatchFileSnapshot(join(folder, 'expected.ndjson'), basename(folder))
  }
)
