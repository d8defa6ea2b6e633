// What the self-test needs: a folder on the disk that is tested, writers, the endpoint and a real `sluice run`, all of them
// processes of their own. What is made or started here is ended and removed by what it defers.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SluiceError } from '#errors'
import { createShipper, type Shipper } from '../rehearsal/shipper.ts'
import type { EndpointDeed, EndpointState } from './endpoint-program.ts'
import { createLog, type Log } from './log.ts'
import { type Partner, startPartner } from './talk.ts'

export interface Stage {
  readonly folder: string
  readonly logs: readonly Log[]
  readonly endpoint: Partner<EndpointDeed, EndpointState>
  readonly shipper: Shipper
  readonly stateDir: string
}

interface SetUp {
  /** Where the folder is made. */
  readonly dir: string
  readonly seed: number
  readonly isLossy: boolean
  /** A process ended by itself. */
  readonly onFailure: (error: Error) => void
  /** Takes what is to be done in the end, last first. */
  readonly defer: (cleanup: () => unknown) => void
}

const NAMES = ['orders', 'payments', 'web']
/** Lines a second of each log. */
const RATE = 500

/** A new folder in `dir`; throws E_USAGE where none can be made there. */
export function makeFolder(dir: string): string {
  try {
    return mkdtempSync(join(dir, 'sluice-selftest-'))
  } catch (cause) {
    const reason = (cause as Error).message
    throw new SluiceError('E_USAGE', `no folder can be made in ${dir}: ${reason}; name one that can be written to`, {
      cause
    })
  }
}

/** Sets everything up in the folder; nothing is written or shipped yet. */
export async function setUp({ dir: folder, seed, isLossy, onFailure, defer }: SetUp): Promise<Stage> {
  const logsFolder = join(folder, 'logs')
  mkdirSync(logsFolder)
  const endpoint = startPartner<EndpointDeed, EndpointState>(
    'endpoint-program',
    [String(seed), ...(isLossy ? ['lossy'] : [])],
    { name: 'the endpoint', onFailure }
  )
  defer(endpoint.kill)
  const logs = NAMES.map(name => {
    const log = createLog(logsFolder, name, RATE, onFailure)
    defer(log.kill)
    return log
  })
  const { url } = await endpoint.ask({ deed: 'look' })
  await Promise.all(logs.map(log => log.ask({ deed: 'look' })))
  const settingsFile = join(folder, 'sluice.json')
  const stateDir = join(folder, 'state')
  // Small and quick, so that there is always something under way, and faults are soon over.
  writeJson(settingsFile, {
    elasticsearch: { nodes: [url], bulk: { timeoutMs: 1_000, minBackoffMs: 50, maxBackoffMs: 500 } },
    stateDir,
    pipelines: ['pipeline.json'],
    batch: { maxCount: 500, maxAgeMs: 50 },
    drainMs: 5_000
  })
  writeJson(join(folder, 'pipeline.json'), {
    name: 'selftest',
    source: { type: 'file', paths: ['logs/*/*.log*'], sweepMs: 200, maxReadAheadBytes: 1_048_576 },
    frame: { maxLineBytes: 65_536 },
    parse: [],
    destination: { dataset: 'sluice.selftest' }
  })
  const shipper = createShipper({ settingsFile, logFile: join(folder, 'shipper.log'), env: process.env, onFailure })
  defer(shipper.kill)
  return { folder, logs, endpoint, shipper, stateDir }
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`)
}
