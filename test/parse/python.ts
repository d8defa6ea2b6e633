// Runs real CPython, which the parsers of its formats are held against.

import { spawnSync } from 'node:child_process'

/**
 * Hands `input` as JSON to a script, which prints JSON.
 * @throws where there is no python3, which the tests need
 */
export function python<Output>(script: string, input: unknown, interpreter = 'python3'): Output {
  const { error, status, stdout, stderr } = spawnSync(interpreter, ['-X', 'utf8', '-c', script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 28
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`python3 ended with ${status}:\n${stderr}`)
  return JSON.parse(stdout)
}
