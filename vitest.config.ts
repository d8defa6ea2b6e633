// How the tests run. `--mode long` runs the long ones alone and patiently; without it they are left out.
import { configDefaults, defineConfig } from 'vitest/config'
import { countsReporter } from './test/reporter.ts'

const resolve = { conditions: ['source'] }

export default defineConfig(({ mode }) => {
  const isLong = mode === 'long'
  return {
    // Sources run as they stand: `#room` resolves through the "source" condition of package.json, in tests (`ssr`) and in
    // the setup before them (`__vitest__`) alike.
    environments: { ssr: { resolve }, __vitest__: { resolve } },
    test: {
      include: [isLong ? 'test/long/**/*.test.ts' : 'test/**/*.test.ts'],
      exclude: isLong ? configDefaults.exclude : [...configDefaults.exclude, 'test/long/**'],
      globalSetup: ['test/elasticsearch.setup.ts'],
      reporters: ['default', countsReporter()],
      // Elasticsearch runs beside the tests and wants a share of the processor.
      maxWorkers: 2,
      testTimeout: isLong ? 600_000 : 60_000,
      hookTimeout: isLong ? 600_000 : 120_000
    }
  }
})
