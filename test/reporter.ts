// The last line of a test run, `N passed, N failed`, for those who read nothing else. It never flatters: whatever kept a
// test from passing counts as failed, and the exit code says the same. It always comes: a run that cannot end is ended.
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export interface Counts {
  passed: number
  failed: number
}

/**
 * Counts tests that passed, and everything that did not: failed and unfinished tests, files and hooks that threw, errors
 * that nobody caught. Skipped and todo tests count as failed where `skippedFails` is set.
 */
export function count(
  modules: readonly TestModule[],
  unhandled: readonly SerializedError[],
  skippedFails: boolean
): Counts {
  const counts: Counts = { passed: 0, failed: unhandled.length }
  for (const module of modules) {
    counts.failed += module.errors().length
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') counts.passed++
      else if (state !== 'skipped' || skippedFails) counts.failed++
    }
  }
  return counts
}

/**
 * Reports the counts as the process exits, after all that other reporters and the teardown have to say. A run that ends
 * before its tests were counted is one failure, and so are a run without any test and one that does not end by itself
 * `patienceMs` after its last test: a process that a test left behind can hold it for ever.
 */
export function countsReporter({ patienceMs = 60_000 } = {}): Reporter {
  let counts: Counts = { passed: 0, failed: 1 }
  let isWatching = false
  return {
    onInit({ config }) {
      isWatching = config.watch
      if (isWatching) return
      process.once('exit', code => {
        const honest = code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
        if (honest.failed > 0 && code === 0) process.exitCode = 1
        process.stdout.write(`${honest.passed} passed, ${honest.failed} failed\n`)
      })
    },
    onTestRunEnd(modules, unhandled) {
      const counted = count(modules, unhandled, Boolean(process.env.CI))
      counts = counted.passed + counted.failed === 0 ? { passed: 0, failed: 1 } : counted
      if (isWatching) return
      setTimeout(() => {
        process.stderr.write(`The tests are over, but something kept them from ending for ${patienceMs / 1000} s.\n`)
        process.exit(1)
      }, patienceMs).unref()
    }
  }
}
