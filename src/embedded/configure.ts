// Writes a server's configuration folder anew for every start: elasticsearch.yml, the JVM's options, logging, and the one
// user where security is on. A value is JSON, which is YAML too.
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Settings of elasticsearch.yml by their dotted names. */
export type Settings = Readonly<Record<string, string | number | boolean>>

export interface Configuration {
  /** 0 lets the system choose one; the server then writes it to `logs/http.ports`. */
  readonly port: number
  /** The JVM's heap, such as `512m`. */
  readonly heap: string
  /** Laid over the settings that are made here. */
  readonly settings: Settings
  /** A superuser of the file realm; without one, security is off. */
  readonly security?: { readonly username: string; readonly password: string }
}

/** Folders and files of one server's data folder. */
export interface Places {
  readonly config: string
  readonly data: string
  readonly logs: string
  readonly temporary: string
  /** What the launcher and the server print. */
  readonly log: string
  /** Written by the server when it listens: one `address:port` a line. */
  readonly ports: string
}

export function placesIn(dataDir: string): Places {
  const logs = join(dataDir, 'logs')
  return {
    config: join(dataDir, 'config'),
    data: join(dataDir, 'data'),
    logs,
    temporary: join(dataDir, 'tmp'),
    log: join(logs, 'server.log'),
    ports: join(logs, 'http.ports')
  }
}

/** Writes all that the server reads at its start. */
export async function configure(places: Places, { port, heap, settings, security }: Configuration): Promise<void> {
  const { config, data, logs, temporary } = places
  for (const folder of [join(config, 'jvm.options.d'), data, logs, temporary]) await mkdir(folder, { recursive: true })
  await writeFile(join(config, 'log4j2.properties'), lines(logging))
  await writeFile(join(config, 'jvm.options'), lines(jvmOptions))
  await writeFile(join(config, 'jvm.options.d', 'heap.options'), lines([`-Xms${heap}`, `-Xmx${heap}`]))
  const all = { ...defaults(places, port), 'xpack.security.enabled': security !== undefined, ...settings }
  await writeFile(
    join(config, 'elasticsearch.yml'),
    lines(Object.entries(all).map(([name, value]) => `${name}: ${JSON.stringify(value)}`))
  )
  if (security !== undefined) {
    await writeFile(join(config, 'users'), `${security.username}:${hash(security.password)}\n`, { mode: 0o600 })
    await writeFile(join(config, 'users_roles'), `superuser:${security.username}\n`)
  }
}

const lines = (text: readonly string[]) => `${text.join('\n')}\n`

function defaults({ data, logs }: Places, port: number): Settings {
  return {
    'cluster.name': 'sluice',
    'node.name': 'sluice',
    // Elasticsearch's own tests learn a port that the system chose in this way.
    'node.portsfile': true,
    'discovery.type': 'single-node',
    'network.host': '127.0.0.1',
    'http.port': port,
    'transport.port': 0,
    'path.data': data,
    'path.logs': logs,
    'xpack.security.http.ssl.enabled': false,
    'xpack.security.transport.ssl.enabled': false,
    'xpack.security.enrollment.enabled': false,
    // A nearly full disk would otherwise make every index read-only, and no host has to raise vm.max_map_count.
    'cluster.routing.allocation.disk.threshold_enabled': false,
    'node.store.allow_mmap': false
  }
}

/** PBKDF2 as the file realm reads it: Elasticsearch's security settings, "User cache and password hash algorithms". */
function hash(password: string): string {
  const iterations = 10_000
  const salt = randomBytes(32)
  const key = pbkdf2Sync(password, salt, iterations, 32, 'sha512')
  return `{PBKDF2}${iterations}$${salt.toString('base64')}$${key.toString('base64')}`
}

// The options that the server's own jvm.options gives, less what only pays on a large heap. The first compiler alone
// (TieredStopAtLevel) halves the time until it answers.
const jvmOptions = [
  '-XX:+UseSerialGC',
  `-Djava.io.tmpdir=\${ES_TMPDIR}`,
  '20-:--add-modules=jdk.incubator.vector',
  '-XX:CompileCommand=quiet',
  '-XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.setAsTypeCache',
  '-XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.asTypeUncached',
  '-Dorg.apache.lucene.store.defaultReadAdvice=normal',
  '-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:TieredStopAtLevel=1'
]

const logging = [
  'status = error',
  'appender.console.type = Console',
  'appender.console.name = console',
  'appender.console.layout.type = PatternLayout',
  'appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] [%node_name]%marker %m%consoleException%n',
  'rootLogger.level = info',
  'rootLogger.appenderRef.console.ref = console'
]
