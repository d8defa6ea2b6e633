// The services of a shop that the demo watches: which program each is, how its log is rotated, and the pipeline that a
// person would write for it. Every record carries a serial, from 0 up, by which it is found again.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { nodeProgram } from '../rehearsal/node-program.ts'

export interface Service {
  /** Its `service.name`. */
  readonly name: string
  /** Where its documents go. */
  readonly dataset: string
  /** What writes its log, for a person. */
  readonly writtenBy: string
  /** What its log is called. */
  readonly file: string
  /** How much it logs, beside the parts of the others. */
  readonly parts: number
  /** Program and first arguments; see writers/program.ts for the further ones. */
  readonly command: readonly [string, ...string[]]
  /** Whether its log is renamed from outside, as logrotate does; else the program rotates it. */
  readonly isRenamed: boolean
  /** How its pipeline reads lines. */
  readonly reading: { readonly multiline?: object; readonly parse: readonly object[] }
}

const folder = join(import.meta.dirname, 'writers')
const node = (name: string) => nodeProgram(folder, name)

const WEB: Service = {
  name: 'web',
  dataset: 'sluice.demo.web',
  writtenBy: 'nginx lines',
  file: 'access.log',
  parts: 2,
  command: node('web'),
  isRenamed: true,
  reading: { parse: [{ format: 'nginx' }] }
}

const PAYMENTS: Service = {
  name: 'payments',
  dataset: 'sluice.demo.payments',
  writtenBy: 'pino',
  file: 'payments.log',
  parts: 1,
  command: node('payments'),
  isRenamed: true,
  reading: { parse: [{ format: 'json' }] }
}

const ordersBy = (python: string, version: string): Service => ({
  name: 'orders',
  dataset: 'sluice.demo.orders',
  writtenBy: `Python ${version} logging`,
  file: 'orders.log',
  parts: 1,
  command: [python, join(folder, 'orders.py')],
  isRenamed: false,
  reading: {
    multiline: { preset: 'python' },
    parse: [{ format: 'python-logging', pattern: '%(asctime)s - %(name)s - %(levelname)s - %(message)s' }]
  }
})

/** The services that this machine can run: that in Python only where there is one. */
export async function findServices(): Promise<Service[]> {
  const python = process.platform === 'win32' ? 'python' : 'python3'
  const script = 'import logging.handlers, platform; print(platform.python_version())'
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', script])
    return [WEB, ordersBy(python, stdout.trim()), PAYMENTS]
  } catch {
    return [WEB, PAYMENTS]
  }
}
