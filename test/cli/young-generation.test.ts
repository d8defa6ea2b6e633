// What V8 takes for new objects, in a process that is told its bound and in one that is not.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const BOUND = 16_777_216

/** What one half has come to, in a process of which much lives for a while. */
function grown(before: string): number {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8'
    import { boundYoungGeneration } from './src/cli/young-generation.ts'
    ${before}
    const kept = []
    for (let i = 0; i < 400; i++) {
      kept[i % 40] = Array.from({ length: 20_000 }, (_, k) => ({ k }))
      await new Promise(setImmediate)
    }
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    console.log(space.space_used_size + space.space_available_size)`
  const flags = ['--conditions=source', '--max-semi-space-size=64', '--input-type=module', '-e', program]
  return Number(execFileSync(process.execPath, flags, { cwd: ROOT, encoding: 'utf8' }))
}

test('what V8 takes for new objects grows to its bound and no further', () => {
  const bytes = grown('boundYoungGeneration()')
  expect(bytes).toBeGreaterThan(BOUND / 2)
  expect(bytes).toBeLessThanOrEqual(BOUND)
})

test('it would grow beyond', () => {
  expect(grown('')).toBeGreaterThan(BOUND)
})
