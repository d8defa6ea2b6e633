// Preloaded into a process that is counted: leaves behind how many bytes it has allocated in its heap, in the file that
// ALLOCATED names.

import { writeFileSync } from 'node:fs'
import { getHeapStatistics } from 'node:v8'

process.on('exit', () => {
  const { total_allocated_bytes: bytes } = getHeapStatistics() as { total_allocated_bytes?: number }
  writeFileSync(String(process.env.ALLOCATED), String(bytes))
})
