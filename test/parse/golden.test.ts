// Every folder of test/fixtures that holds a pipeline.json: its input.log through the pipeline's frames, parsers and
// processors must make its expected.ndjson. A new format adds a folder; `npm test -- -u` writes what comes out, to be read before it
// is committed.

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixtureFolder, fixtureNames, runFixture } from './fixture.ts'

test.each(fixtureNames)('%s: lines become the documents beside them', async name => {
  const documents = runFixture(name).flatMap(({ document }) =>
    document === undefined ? [] : `${JSON.stringify(document)}\n`
  )
  expect(documents.length).toBeGreaterThan(0)
  await expect(documents.join('')).toMatchFileSnapshot(join(fixtureFolder(name), 'expected.ndjson'), name)
})
