// What the demo needs to play: a folder, a destination, a log and a shipper, set up in this order and removed in the
// reverse one, however far it came.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SluiceError } from '#errors'
import type { Destination } from './destination.ts'
import { bringUp, toDestination } from './elasticsearch.ts'
import { startFileEndpoint } from './file-endpoint.ts'
import type { Narrator } from './narrator.ts'
import { writeSettings } from './settings.ts'
import { createShipper, type Shipper } from './shipper.ts'
import { createWriter, type Writer } from './writer.ts'

const DATASET = 'sluice.demo'

export interface Stage {
  readonly destination: Destination
  readonly writer: Writer
  readonly shipper: Shipper
  /** Where the shipper keeps its ledger. */
  readonly stateDir: string
}

interface SetUp {
  readonly narrator: Narrator
  readonly signal: AbortSignal
  /** The shipper ended by itself; its last words are in the message. */
  readonly onFailure: (error: Error) => void
  /** Takes what is to be done in the end, last first. */
  readonly defer: (cleanup: () => unknown) => void
}

/** Sets everything up; nothing is written or shipped yet. */
export async function setUp({ narrator, signal, onFailure, defer }: SetUp): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-demo-'))
  defer(() => rmSync(folder, { recursive: true, force: true }))
  // A name of its own, in case that the server is used for other things too.
  const stream = { dataset: DATASET, namespace: randomBytes(3).toString('hex') }
  const destination = await findDestination(folder, stream, narrator, signal)
  defer(async () => {
    const left = await destination.remove()
    if (left !== undefined) narrator.tell(left)
  })
  const writer = createWriter(join(folder, 'nginx'))
  defer(() => writer.close())
  const { settingsFile, stateDir, env } = writeSettings(folder, destination.connection, { log: writer.file, ...stream })
  const shipper = createShipper({
    settingsFile,
    logFile: join(folder, 'shipper.log'),
    env: { ...process.env, ...env },
    onFailure
  })
  // It may be asked to stop already, and wait for a cluster that does not answer.
  signal.addEventListener('abort', () => shipper.kill())
  defer(() => shipper.kill())
  return { destination, writer, shipper, stateDir }
}

async function findDestination(
  folder: string,
  { dataset, namespace }: { readonly dataset: string; readonly namespace: string },
  narrator: Narrator,
  signal: AbortSignal
): Promise<Destination> {
  try {
    const server = await bringUp(narrator, signal)
    const destination = toDestination(server, dataset, namespace)
    narrator.tell(`${destination.name} is ready`)
    return destination
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    const destination = await startFileEndpoint(join(folder, 'documents.ndjson'))
    narrator.print(`\n${error.message}\n`)
    narrator.tell('shipping to a file instead, which answers as Elasticsearch would')
    return destination
  }
}
