// Bytes that no logger ever wrote, through all the pipelines: nothing throws, and every byte is accounted for.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadConfig, type PipelineConfig } from '#config'
import { createTrial, describeHost } from '#pipeline'

const root = join(import.meta.dirname, '../..')
const RUNS = 20_000

const names = ['nginx-access', 'python-app', 'json-app']
const { pipelines } = await loadConfig({
  pipelineFiles: names.map(name => join(root, 'pipelines', `${name}.json`)),
  env: {}
})
const fixtures = ['nginx', 'python-logging', 'json-pino'].flatMap(name => {
  return readFileSync(join(root, 'test/fixtures', name, 'input.log'), 'utf8').split('\n')
})

/** Lines of all formats, torn, joined and with anything in between. */
const piece = fc.oneof(
  fc.constantFrom(...fixtures).map(line => Buffer.from(`${line}\n`)),
  fc.tuple(fc.constantFrom(...fixtures), fc.nat(300)).map(([line, at]) => Buffer.from(line.slice(0, at))),
  fc.constantFrom('\n', '\r\n', '\0', '"', '\\x', '{', '}', '\ufeff').map(text => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 100 }).map(text => Buffer.from(text))
)

/** Variants of a pipeline that take other ways through framing. */
function variants(pipeline: PipelineConfig): PipelineConfig[] {
  const short = { ...pipeline, frame: { ...pipeline.frame, maxLineBytes: 256 } }
  const wrapped = { ...pipeline, frame: { ...pipeline.frame, container: 'auto' as const } }
  const joined = { ...pipeline, multiline: { preset: 'java' as const, maxLines: 3, timeoutMs: 100 } }
  return [pipeline, short, wrapped, joined]
}

describe.each(pipelines.map(pipeline => [pipeline.name, pipeline] as const))('%s', (_, pipeline) => {
  test(`takes ${RUNS} texts that are none`, () => {
    const all = variants(pipeline)
    const host = describeHost('name', '0')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(all.length - 1), (pieces, which) => {
        const trial = createTrial(all[which] ?? pipeline, host, () => 0)
        const tried = pieces.flatMap(bytes => trial.push(bytes))
        tried.push(...trial.end())
        const total = pieces.reduce((sum, { length }) => sum + length, 0)
        for (const one of tried) {
          if (one.kind !== 'document') continue
          const { log, sluice } = one.fields as { log: { offset: number }; sluice: { end_offset: number } }
          expect(log.offset).toBeGreaterThanOrEqual(0)
          expect(sluice.end_offset).toBeGreaterThan(log.offset)
          expect(sluice.end_offset).toBeLessThanOrEqual(total)
        }
      }),
      { numRuns: RUNS }
    )
  })
})
