// Finds a Java that can run the server: one that was named by the environment where it is new enough, else the newest of
// the usual places. A home is known by its `release` file, which every JDK since 9 carries; nothing is executed.
import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { SluiceError } from '#errors'

const OLDEST_MAJOR = 21

export interface Java {
  readonly home: string
  readonly major: number
}

/** Patterns of Java homes, where package managers and installers of each platform put them. */
function usualHomes(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const home = env.HOME ?? homedir()
  const own = [
    join(home, '.sdkman/candidates/java/*'),
    join(home, '.jdks/*'),
    join(home, '.local/share/mise/installs/java/*')
  ]
  if (platform === 'darwin') {
    const bundles = ['/Library/Java/JavaVirtualMachines/*', join(home, 'Library/Java/JavaVirtualMachines/*')]
    const brewed = ['/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk', '/usr/local/opt/openjdk*/libexec/openjdk.jdk']
    return [...[...bundles, ...brewed].map(bundle => join(bundle, 'Contents/Home')), ...own]
  }
  if (platform === 'win32') {
    const vendors = ['Java', 'Eclipse Adoptium', 'Microsoft', 'Zulu', 'Amazon Corretto', 'BellSoft']
    const programs = env.ProgramFiles ?? 'C:\\Program Files'
    return [...vendors.map(vendor => join(programs, vendor, '*')), ...own]
  }
  return ['/usr/lib/jvm/*', '/usr/java/*', '/opt/java/*', '/opt/*jdk*', ...own]
}

/** The home folder of the `java` that the shell would run. */
function homeOnPath(env: NodeJS.ProcessEnv): string | undefined {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const java = javaIn(folder)
    if (folder !== '' && existsSync(java)) return dirname(dirname(realpathSync(java)))
  }
  return undefined
}

function javaIn(folder: string): string {
  return join(folder, process.platform === 'win32' ? 'java.exe' : 'java')
}

function inspect(home: string): Java | undefined {
  const release = join(home, 'release')
  if (!existsSync(release) || !existsSync(javaIn(join(home, 'bin')))) return undefined
  const major = Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, 'utf8'))?.[1])
  return Number.isInteger(major) ? { home: realpathSync(home), major } : undefined
}

/**
 * A Java 21 or newer, by ES_JAVA_HOME, JAVA_HOME, PATH, else the newest in `homes` (patterns of home folders).
 * Throws E_EMBEDDED_NO_JAVA, which names what was found instead.
 */
export function findJava(env: NodeJS.ProcessEnv, homes: readonly string[] = usualHomes(env, process.platform)): Java {
  const isJava = (java: Java | undefined): java is Java => java !== undefined
  const named = [env.ES_JAVA_HOME, env.JAVA_HOME, homeOnPath(env)]
    .flatMap(home => (home ? [inspect(home)] : []))
    .filter(isJava)
  const usual = homes
    .flatMap(pattern => globSync(pattern))
    .map(inspect)
    .filter(isJava)
    .sort((a, b) => b.major - a.major)
  const found = [...named, ...usual]
  const java = found.find(({ major }) => major >= OLDEST_MAJOR)
  if (java !== undefined) return java
  const seen = [...new Set(found.map(({ home, major }) => `Java ${major} at ${home}`))].join(', ') || 'no Java at all'
  throw new SluiceError(
    'E_EMBEDDED_NO_JAVA',
    `Elasticsearch needs Java ${OLDEST_MAJOR} or newer; found ${seen}. Install one, or set JAVA_HOME to where it is.`,
    { context: { found, allowed: `>= ${OLDEST_MAJOR}` } }
  )
}
