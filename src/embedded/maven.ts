// What the installed Maven knows: the address of its central repository, and how to fetch an artifact through the
// mirrors and proxies of the user's settings.xml. No repository's address is written down in Sluice.
import { execFile } from 'node:child_process'
import { existsSync, globSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { SluiceError } from '#errors'
import { openFile, readDirectory, unpack } from './zip.ts'

const run = promisify(execFile)
const SUPER_POM = 'org/apache/maven/model/pom-4.0.0.xml'

/** Maven coordinates of an archive, without its extension, which is `zip`. */
export interface Artifact {
  readonly group: string
  readonly name: string
  readonly version: string
}

/** Path of the archive below a repository's base. */
export function pathInRepository({ group, name, version }: Artifact): string {
  return `${group.replaceAll('.', '/')}/${name}/${version}/${name}-${version}.zip`
}

/** Path of the `mvn` command, or undefined where none is installed. */
function findMaven(env: NodeJS.ProcessEnv): string | undefined {
  const name = process.platform === 'win32' ? 'mvn.cmd' : 'mvn'
  const homes = [env.MAVEN_HOME, env.M2_HOME].flatMap(home => (home ? [join(home, 'bin')] : []))
  const folders = [...homes, ...(env.PATH ?? '').split(delimiter)]
  return folders
    .filter(folder => folder !== '')
    .map(folder => join(folder, name))
    .find(path => existsSync(path))
}

/**
 * Base address of the Maven repository to read from, without a trailing slash: MAVEN_REPO where it is set, else `central`
 * of the super POM inside the installed Maven. Throws E_EMBEDDED_NO_MAVEN where there is neither, or MAVEN_REPO is no
 * address.
 */
export async function repositoryUrl(env: NodeJS.ProcessEnv): Promise<string> {
  const url = env.MAVEN_REPO || (await centralOf(findMaven(env)))
  if (url === undefined) {
    throw new SluiceError(
      'E_EMBEDDED_NO_MAVEN',
      'No Maven is installed that could tell where its central repository is. Install Maven, or set MAVEN_REPO to the address of a Maven repository.'
    )
  }
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new SluiceError('E_EMBEDDED_NO_MAVEN', `MAVEN_REPO is ${url}, but has to be an http:// or https:// address.`)
  }
  return url.replace(/\/+$/, '')
}

async function centralOf(mvn: string | undefined): Promise<string | undefined> {
  if (mvn === undefined) return undefined
  const home = dirname(dirname(realpathSync(mvn)))
  for (const jar of globSync(join(home, '{lib,libexec/lib}', 'maven-model-builder*.jar'))) {
    const archive = await openFile(jar)
    try {
      const entry = (await readDirectory(archive)).entries.find(({ name }) => name === SUPER_POM)
      if (entry === undefined) continue
      const pom = unpack(entry, await archive.read(entry.start, entry.end)).toString('utf8')
      const url = /<id>central<\/id>[\s\S]*?<url>([^<]+)<\/url>/.exec(pom)?.[1]
      if (url !== undefined) return url
    } finally {
      await archive.close()
    }
  }
  return undefined
}

/** Has Maven fetch the whole archive into `folder`; resolves to its path. Throws E_EMBEDDED_NO_MAVEN or _DOWNLOAD. */
export async function fetchByMaven(
  artifact: Artifact,
  folder: string,
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal?: AbortSignal | undefined }
): Promise<string> {
  const mvn = findMaven(env)
  if (mvn === undefined) throw new SluiceError('E_EMBEDDED_NO_MAVEN', 'Maven is not installed.')
  const { group, name, version } = artifact
  const args = [
    ...['--batch-mode', '--quiet', 'dependency:get', '-Dtransitive=false'],
    `-Dartifact=${group}:${name}:${version}:zip`,
    `-Dmaven.repo.local=${folder}`
  ]
  try {
    await run(mvn, args, { env, shell: process.platform === 'win32', ...(signal && { signal }) })
  } catch (cause) {
    signal?.throwIfAborted()
    const said =
      cause instanceof Error && 'stdout' in cause ? String(cause.stdout).trim().split('\n')[0] : String(cause)
    throw new SluiceError('E_EMBEDDED_DOWNLOAD', `Maven could not fetch ${group}:${name}:${version}: ${said}`, {
      cause
    })
  }
  return join(folder, pathInRepository(artifact))
}
