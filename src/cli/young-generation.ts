// Bounds what V8 takes for new objects. It would go up to twice 32 MB, of which nothing is gained: what lines leave behind is
// dead long before half of that is full, and what waits in there for the collector, such as buffers, is memory too.

import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Each of its two halves. */
const MOST_BYTES = 16_777_216

/**
 * Lets it grow to its bound and no further. The flag that says so from the start can only be given to a new process, which
 * would take longer to start. It is meant for one thread: others of the process would stay as small as they are by then.
 */
export function boundYoungGeneration(): void {
  const collections = new PerformanceObserver((_, observer) => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    // It grows by doubling.
    if (space === undefined || 2 * (space.space_used_size + space.space_available_size) <= MOST_BYTES) return
    observer.disconnect()
    setFlagsFromString('--semi-space-growth-factor=1')
  })
  collections.observe({ entryTypes: ['gc'] })
}
