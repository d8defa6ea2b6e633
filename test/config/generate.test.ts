// What is made from the schemas: that it is up to date, and that editors can work with it.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { parse } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '#config'

const read = (file: string): unknown => parse(readFileSync(file, 'utf8'))

/** Validates as an editor does, which knows draft-07 and nothing of Sluice. */
function editor(file: string): (value: unknown) => unknown[] {
  const ajv = new Ajv({ allErrors: true, strict: false })
  const validate = ajv.compile(read(file) as object)
  return value =>
    validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

test('the schemas and the reference page are those that the sources make', () => {
  const args = ['--conditions=source', 'scripts/generate.ts', '--check']
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('')
})

describe('an editor', () => {
  const inPipelines = editor('schema/pipeline.schema.json')
  const inSettings = editor('schema/sluice.schema.json')
  const nginx = read('pipelines/nginx-access.json') as Record<string, unknown>

  test('finds nothing wrong with a pipeline that comes along', () => {
    expect(inPipelines(nginx)).toEqual([])
  })

  test('finds nothing wrong where everything is left to defaults', () => {
    expect(inSettings({})).toEqual([])
  })

  test('marks unknown keys at any depth', () => {
    expect(inPipelines({ ...nginx, owner: 'web' })).toEqual([' must NOT have additional properties'])
    expect(inSettings({ elasticsearch: { bulk: { retries: 3 } } })).toEqual([
      '/elasticsearch/bulk must NOT have additional properties'
    ])
  })

  test('finds the schema where the pipeline says it is', () => {
    expect(nginx.$schema).toBe('../schema/pipeline.schema.json')
  })
})

test('the pipeline for nginx loads as it stands', async () => {
  const { pipelines } = await loadConfig({ pipelineFiles: ['pipelines/nginx-access.json'], env: {} })
  expect(pipelines.map(({ name }) => name)).toEqual(['nginx-access'])
})
