// Every CPython on PATH, from 2.7 on, and scripts that run on all of them: they print JSON.

import { spawnSync } from 'node:child_process'

const NAMES = [
  'python3',
  'python2',
  ...[6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map(minor => `python3.${minor}`),
  'python2.7'
]

export interface Interpreter {
  readonly command: string
  /** Such as 3.11. */
  readonly version: string
}

/** One of each version. Throws where there is none, for the tests need one. */
export function pythons(): Interpreter[] {
  const script = 'import sys; print("%d.%d" % sys.version_info[:2])'
  const found = new Map<string, Interpreter>()
  for (const command of NAMES) {
    const { status, stdout } = spawnSync(command, ['-c', script], { encoding: 'utf8' })
    const version = status === 0 ? stdout.trim() : ''
    if (version !== '' && !found.has(version)) found.set(version, { command, version })
  }
  if (found.size === 0) throw new Error('Python did not run: install Python 3.8 or newer, so that python3 is on PATH')
  return [...found.values()]
}

export function runScript<Output>({ command }: Interpreter, script: string, ...args: string[]): Output {
  const env = { ...process.env, PYTHONIOENCODING: 'utf-8', TZ: 'Asia/Seoul' }
  const { status, stdout, stderr } = spawnSync(command, ['-c', script, ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: 2 ** 28
  })
  if (status !== 0) throw new Error(`${command} ended with ${status}:\n${stderr}`)
  return JSON.parse(stdout)
}
