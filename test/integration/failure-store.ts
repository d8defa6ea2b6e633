// The real server with failure stores. The one that tests lay out has all of their code and not the module that announces
// them, so a plugin of the tests' own (FailureStore.java) does; it stands in a home folder beside the one in the cache.

import { execFile } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { type LocalElasticsearch, type ReleaseVersion, startLocalElasticsearch } from '#embedded'
import { findJava } from '../../src/embedded/find-java.ts'
import { layOut } from '../../src/embedded/layout.ts'
import { releases } from '../../src/embedded/release.ts'
import { makeZip } from '../embedded/make-zip.ts'

/** Starts it; its folder goes with it. */
export async function startWithFailureStores(version: ReleaseVersion): Promise<LocalElasticsearch> {
  const { env } = process
  const laidOut = await layOut(releases[version], { env })
  const cache = mkdtempSync(join(tmpdir(), 'sluice-failure-store-'))
  // The server may run as another user.
  chmodSync(cache, 0o755)
  const home = join(cache, 'sluice', `elasticsearch-${version}`)
  const plugin = join(home, 'plugins', 'failure-store')
  for (const folder of [plugin, join(home, 'logs')]) mkdirSync(folder, { recursive: true })
  for (const shared of ['lib', 'modules']) symlinkSync(join(laidOut, shared), join(home, shared))
  writeFileSync(join(plugin, 'failure-store.jar'), await compile(join(laidOut, 'lib'), version, join(cache, 'classes')))
  const descriptor = {
    ...{ name: 'failure-store', description: 'Announces failure stores', version: '1', classname: 'FailureStore' },
    ...{ 'elasticsearch.version': version, 'java.version': '21' }
  }
  const lines = Object.entries(descriptor).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(join(plugin, 'plugin-descriptor.properties'), lines.join(''))
  const server = await startLocalElasticsearch({ env: { ...env, XDG_CACHE_HOME: cache }, version })
  return {
    ...server,
    async stop() {
      await server.stop()
      rmSync(cache, { recursive: true })
    }
  }
}

/** The plugin as a jar. */
async function compile(lib: string, version: ReleaseVersion, classes: string): Promise<Buffer> {
  const jars = ['', '-core', '-x-content'].map(part => join(lib, `elasticsearch${part}-${version}.jar`))
  const source = join(import.meta.dirname, 'FailureStore.java')
  const java = join(findJava(process.env).home, 'bin', 'java')
  const compiler = ['-m', 'jdk.compiler/com.sun.tools.javac.Main', '--release', '21']
  await promisify(execFile)(java, [...compiler, '-cp', jars.join(delimiter), '-d', classes, source])
  const files = readdirSync(classes).map(name => ({ name, content: readFileSync(join(classes, name)) }))
  const service = 'META-INF/services/org.elasticsearch.features.FeatureSpecification'
  return makeZip([...files, { name: service, content: 'FailureStore$Features\n' }])
}
