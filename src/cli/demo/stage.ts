// What the demo needs to play: a folder, services, a destination and a shipper, set up in this order and removed in the
// reverse one, however far it came.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SluiceError } from '#errors'
import type { Narrator } from '../rehearsal/narrator.ts'
import { createShipper, type Shipper } from '../rehearsal/shipper.ts'
import type { Destination, Streams } from './destination.ts'
import { bringUp, toDestination } from './elasticsearch.ts'
import { startFileEndpoint } from './file-endpoint.ts'
import { findServices } from './services.ts'
import { writeSettings } from './settings.ts'
import { createWriter, type Writer } from './writer.ts'

export interface Stage {
  readonly destination: Destination
  readonly writers: readonly Writer[]
  /** Where all logs are, a folder for each service. */
  readonly logs: string
  readonly shipper: Shipper
  /** Where the shipper keeps its ledger. */
  readonly stateDir: string
}

interface SetUp {
  readonly narrator: Narrator
  readonly signal: AbortSignal
  /** The shipper or a service ended by itself. */
  readonly onFailure: (error: Error) => void
  /** Takes what is to be done in the end, last first. */
  readonly defer: (cleanup: () => unknown) => void
}

/** Sets everything up; nothing is written or shipped yet. */
export async function setUp({ narrator, signal, onFailure, defer }: SetUp): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-demo-'))
  defer(() => rmSync(folder, { recursive: true, force: true }))
  const services = await findServices()
  if (!services.some(({ name }) => name === 'orders')) narrator.tell('no Python 3 here: two services instead of three')
  // A name of its own, in case that the server is used for other things too.
  const namespace = randomBytes(4).toString('hex')
  const streams = { datasets: services.map(({ dataset }) => dataset), namespace }
  const destination = await findDestination(folder, streams, narrator, signal)
  defer(async () => {
    const left = await destination.remove()
    if (left !== undefined) narrator.tell(left)
  })
  const logs = join(folder, 'logs')
  const writers = services.map(service => createWriter(service, join(logs, service.name), onFailure))
  const { settingsFile, stateDir, env } = writeSettings(folder, destination.connection, writers, namespace)
  const shipper = createShipper({
    settingsFile,
    logFile: join(folder, 'shipper.log'),
    env: { ...process.env, ...env },
    onFailure
  })
  const killAll = () => Promise.all([shipper, ...writers].map(child => child.kill()))
  // The shipper may be asked to stop already, and wait for a cluster that does not answer.
  signal.addEventListener('abort', killAll)
  defer(killAll)
  return { destination, writers, logs, shipper, stateDir }
}

async function findDestination(
  folder: string,
  streams: Streams,
  narrator: Narrator,
  signal: AbortSignal
): Promise<Destination> {
  try {
    const server = await bringUp(narrator, signal)
    const destination = toDestination(server, streams)
    narrator.tell(`${destination.name} is ready`)
    return destination
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    const destination = await startFileEndpoint(folder, streams)
    narrator.print(`\n${error.message}\n`)
    narrator.tell('shipping to files instead, by an endpoint that answers as Elasticsearch would')
    return destination
  }
}
