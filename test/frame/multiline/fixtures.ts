// The logs of real programs in test/fixtures/multiline, and what belongs together in them.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MultilineOptions } from '../../../src/frame/multiline/index.ts'

export type Preset = NonNullable<MultilineOptions['preset']>

const folder = join(import.meta.dirname, '../../fixtures/multiline')

/** One log, cut into its records by the counts of lines beside it. */
export interface Log {
  readonly preset: Preset
  readonly file: string
  readonly records: readonly (readonly string[])[]
}

export const presets = readdirSync(folder, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name as Preset)

export const logs: readonly Log[] = presets.flatMap(preset =>
  readdirSync(join(folder, preset))
    .filter(file => file.endsWith('.log'))
    .map(file => {
      const path = join(folder, preset, file)
      const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
      const counts: readonly number[] = JSON.parse(readFileSync(path.replace(/log$/, 'groups.json'), 'utf8'))
      return { preset, file, records: counts.map(count => lines.splice(0, count)) }
    })
)
