// What the project is built from: pinned, used, complete for every platform, and free to pass on.
import { describe, expect, test } from 'vitest'
import { manifest, projectFiles, read } from './files.ts'
import { importsOf } from './imports.ts'

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly license?: string
  readonly dev?: boolean
  readonly os?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(read('package-lock.json'))
const { '': self, ...installed } = lock.packages
const groups = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
const files = projectFiles()

/** Names of packages that the files matching `within` import. */
function imported(within: RegExp): Set<string> {
  const sources = files.filter(file => within.test(file) && !file.includes('/fixtures/'))
  const specifiers = sources.flatMap(file => importsOf(read(file), file))
  return new Set(specifiers.map(specifier => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')))
}

/** Where the lockfile puts `name` for the package at `path`: beside it or in a folder above. */
function lookUp(path: string, name: string): Locked | undefined {
  const found = lock.packages[`${path === '' ? '' : `${path}/`}node_modules/${name}`]
  if (found !== undefined || path === '') return found
  return lookUp(path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name)
}

describe('the dependencies', () => {
  test('are pinned to exact versions', () => {
    expect(Object.entries(groups).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  test('are imported by the sources', () => {
    const used = imported(/^src\/.*\.ts$/)
    expect(Object.keys(manifest.dependencies).filter(name => !used.has(name))).toEqual([])
  })

  test('that are optional are what the launcher looks for', () => {
    const launcher = read('bin/node.cjs')
    expect(Object.keys(manifest.optionalDependencies).filter(name => !launcher.includes(`'${name}'`))).toEqual([])
  })

  test('for development are imported, typed against or run by a script', () => {
    const used = imported(/^((test|scripts|bench)\/.*|[^/]+)\.ts$/)
    const typed = new Set(['node', ...Object.keys(groups)])
    const commands = Object.values(manifest.scripts).join(' ')
    const runs = { '@biomejs/biome': 'biome ', typescript: 'tsc ' } as Record<string, string>
    const idle = Object.keys(manifest.devDependencies).filter(name => {
      if (name.startsWith('@types/')) return !typed.has(name.slice('@types/'.length))
      return !used.has(name) && !commands.includes(runs[name] ?? `node_modules/${name}/`)
    })
    expect(idle).toEqual([])
  })

  test('may be passed on with the package', () => {
    const permissive = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0']
    const isPermissive = (licence = ''): boolean =>
      licence
        .replace(/[()]/g, '')
        .split(' OR ')
        .some(choice => choice.split(' AND ').every(part => permissive.includes(part)))
    const shipped = Object.entries(installed).filter(([, { dev }]) => dev !== true)
    expect(shipped.length).toBeGreaterThan(Object.keys(manifest.dependencies).length)
    expect(shipped.filter(([, { license }]) => !isPermissive(license)).map(([path]) => path)).toEqual([])
  })
})

describe('the lockfile', () => {
  test('is that of package.json', () => {
    expect(self?.devDependencies).toEqual(manifest.devDependencies)
    expect({ ...self?.dependencies, ...self?.optionalDependencies }).toEqual({
      ...manifest.dependencies,
      ...manifest.optionalDependencies
    })
  })

  test('holds every package that another needs, those for other platforms too', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter(name => lookUp(path, name) === undefined)
        .map(name => `${name}, for ${path || 'this project'}`)
    )
    expect(missing).toEqual([])
  })

  test.each(['linux', 'darwin', 'win32'])('knows packages made for %s', platform => {
    expect(Object.values(installed).some(({ os }) => os?.includes(platform))).toBe(true)
  })

  test('proves every package by its hash', () => {
    const unproved = Object.entries(installed).filter(([, { version, integrity }]) => !version || !integrity)
    expect(unproved.map(([path]) => path)).toEqual([])
  })
})
