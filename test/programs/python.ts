// A Python with Loguru: a virtual environment on the machine's own Python, filled from the package index.
import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unpack } from './unpack.ts'

const run = promisify(execFile)
const PATIENCE_MS = 180_000
const isWindows = process.platform === 'win32'
const requirementsFile = join(import.meta.dirname, 'requirements.txt')

export interface Python {
  /** Of the interpreter that finds the packages of requirements.txt. */
  readonly path: string
  /** Such as 3.11.7. */
  readonly version: string
}

/** Python and the packages of requirements.txt. Throws where there is no Python 3 or the packages cannot be had. */
export async function python(): Promise<Python> {
  const base = await findPython()
  // An environment belongs to the Python it was made with.
  const key = hash('sha256', base.path + readFileSync(requirementsFile, 'utf8'), 'hex').slice(0, 8)
  const folder = await unpack(`python-${base.version}-${key}`, folder => makeEnvironment(base.path, folder))
  return { path: interpreterOf(folder), version: base.version }
}

async function findPython(): Promise<Python> {
  const script = 'import sys, platform; print(sys.executable); print(platform.python_version())'
  try {
    const { stdout } = await run(isWindows ? 'python' : 'python3', ['-c', script])
    const [path = '', version = ''] = stdout.trim().split(/\r?\n/)
    return { path, version }
  } catch (cause) {
    throw new Error('Python did not run: install Python 3.8 or newer, so that python3 is on PATH', { cause })
  }
}

async function makeEnvironment(base: string, folder: string): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes']
  try {
    await run(base, ['-m', 'venv', folder], { timeout: PATIENCE_MS })
    await run(interpreterOf(folder), [...pip, '-r', requirementsFile], { timeout: PATIENCE_MS })
  } catch (cause) {
    const advice = "install Python's venv module (Debian: apt install python3-venv) and let pip reach its package index"
    throw new Error(`no Python environment could be made: ${advice}\n${(cause as Error).message}`, { cause })
  }
}

const interpreterOf = (folder: string): string =>
  isWindows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
