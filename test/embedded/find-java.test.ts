// Which Java the server is run with, among folders that look like Java homes.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findJava } from '../../src/embedded/find-java.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-java-')))
afterAll(() => rmSync(folder, { recursive: true }))

/** A folder with the parts of a Java home that tell it apart. */
function home(name: string, version: string): string {
  const path = join(folder, name)
  mkdirSync(join(path, 'bin'), { recursive: true })
  writeFileSync(join(path, 'bin', process.platform === 'win32' ? 'java.exe' : 'java'), '')
  writeFileSync(join(path, 'release'), `IMPLEMENTOR="Anyone"\nJAVA_VERSION="${version}"\n`)
  return path
}

const java17 = home('usual/java-17', '17.0.15')
const java21 = home('usual/java-21', '21.0.2')
const java25 = home('usual/java-25', '25')
const usual = [join(folder, 'usual/*')]

describe('the Java that is chosen', () => {
  test.each([
    ['is ES_JAVA_HOME before all others', { ES_JAVA_HOME: java21, JAVA_HOME: java25 }, java21],
    ['is JAVA_HOME before the usual places', { JAVA_HOME: java21 }, java21],
    ['is the one on PATH before the usual places', { PATH: join(java21, 'bin') }, java21],
    ['is the newest of the usual places where JAVA_HOME is too old', { JAVA_HOME: java17 }, java25],
    ['is the newest of the usual places where nothing is named', {}, java25],
    ['is not a JAVA_HOME that is gone', { JAVA_HOME: join(folder, 'gone') }, java25]
  ])('%s', (_, env, expected) => {
    expect(findJava(env, usual)).toEqual({ home: expected, major: expected === java21 ? 21 : 25 })
  })

  test('is found behind a link on PATH', () => {
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    symlinkSync(join(java25, 'bin', 'java'), join(bin, 'java'))
    expect(findJava({ PATH: bin }, []).home).toBe(java25)
  })
})

describe('where no Java will do', () => {
  test('the error names what was found and what is needed', () => {
    const find = () => findJava({ JAVA_HOME: java17 }, [])
    expect(find).toThrow(expect.objectContaining({ code: 'E_EMBEDDED_NO_JAVA' }))
    expect(find).toThrow(`Elasticsearch needs Java 21 or newer; found Java 17 at ${java17}`)
  })

  test('the error says that there is none', () => {
    expect(() => findJava({}, [])).toThrow('found no Java at all')
  })
})
