// Where the Maven repository is: from the environment, else from the installed Maven.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { repositoryUrl } from '../../src/embedded/maven.ts'
import { makeZip } from './make-zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-maven-'))
afterAll(() => rmSync(folder, { recursive: true }))

const superPom = `<project><repositories><repository>
  <id>central</id>
  <name>Central Repository</name>
  <url>https://maven.example/maven2</url>
</repository></repositories></project>`

/** A folder with the parts of a Maven home that are read; returns its `bin`. */
function maven(name: string, libraries: string): string {
  const bin = join(folder, name, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, process.platform === 'win32' ? 'mvn.cmd' : 'mvn'), '')
  mkdirSync(join(folder, name, libraries), { recursive: true })
  const jar = makeZip([
    { name: 'META-INF/MANIFEST.MF', content: 'Manifest-Version: 1.0\n' },
    { name: 'org/apache/maven/model/pom-4.0.0.xml', content: superPom }
  ])
  writeFileSync(join(folder, name, libraries, 'maven-model-builder-3.9.9.jar'), jar)
  return bin
}

describe('the repository', () => {
  test('is MAVEN_REPO where that is set, whatever is installed', async () => {
    const PATH = maven('ignored', 'lib')
    expect(await repositoryUrl({ MAVEN_REPO: 'http://mirror.example/maven/', PATH })).toBe(
      'http://mirror.example/maven'
    )
  })

  test.each(['lib', 'libexec/lib'])('is central of the super POM in %s of the installed Maven', async libraries => {
    const PATH = maven(`with-${libraries.length}`, libraries)
    expect(await repositoryUrl({ PATH })).toBe('https://maven.example/maven2')
  })

  test('is central of the Maven that MAVEN_HOME names', async () => {
    maven('named', 'lib')
    expect(await repositoryUrl({ MAVEN_HOME: join(folder, 'named') })).toBe('https://maven.example/maven2')
  })

  test('is refused where MAVEN_REPO is no address', async () => {
    await expect(repositoryUrl({ MAVEN_REPO: '../maven' })).rejects.toThrow('MAVEN_REPO is ../maven, but has to be')
  })

  test('cannot be known without Maven, and the error says what to do', async () => {
    const asked = repositoryUrl({ PATH: folder })
    await expect(asked).rejects.toThrow(expect.objectContaining({ code: 'E_EMBEDDED_NO_MAVEN' }))
    await expect(asked).rejects.toThrow('Install Maven, or set MAVEN_REPO')
  })
})
