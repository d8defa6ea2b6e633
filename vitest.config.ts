import { defineConfig } from 'vitest/config'

// Sources run as they stand: `#room` resolves through the "source" condition of package.json.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/elasticsearch.setup.ts'],
    reporters: ['default', './test/reporter.ts'],
    testTimeout: 20_000,
    hookTimeout: 120_000
  }
})
