// Makes one file of each package of many modules that a start needs, with what it needs itself: a start would look for, open
// and compile every module of them. What is bundled is what the lockfile pins, with its licences beside it.

import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { type OutputOptions, type Plugin, rolldown } from 'rolldown'

const IMPORTED = [
  '@msgpack/msgpack',
  'ajv',
  'chokidar',
  'commander',
  'jsonc-parser',
  'oniguruma-to-es',
  'p-queue',
  'picomatch',
  'pino',
  'tinyglobby',
  'typebox'
]

/** What is loaded with `require`, by those who need it, and what they take of it. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  '@elastic/elasticsearch': ['Client', 'ClusterConnectionPool', 'Serializer', 'UndiciConnection', 'errors']
}

/** What stands for modules of which a start would load much for nothing, and a bundler cannot tell. */
const INSTEAD: Readonly<Record<string, string>> = {
  // What a pool of connections takes: neither fetch nor web sockets, caches and mocks.
  undici: `
    import api from 'undici/lib/api/index.js'
    import buildConnector from 'undici/lib/core/connect.js'
    import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
    import Pool from 'undici/lib/dispatcher/pool.js'
    Object.assign(Dispatcher.prototype, api)
    export { buildConnector, Pool }`,
  // Connections offer HTTP/1.1 alone, and node:http2 brings all of TLS.
  './client-h2.js': `export default function () { throw new Error('HTTP/2 was not asked for') }`
}

const STANDING = 'standing:'

/** Puts packages into `dist/packages` and has what is in `dist` load them from there. */
export async function bundlePackages(root: string, dist: string): Promise<void> {
  const folder = join(dist, 'packages')
  const texts = globSync('**/*.js', { cwd: dist }).map(file => readFileSync(join(dist, file), 'utf8'))
  const imported = new Map(IMPORTED.map(name => [name, importedNames(name, texts)]))
  const required = new Map(Object.entries(REQUIRED))
  const homes = [
    ...(await write(imported, root, { dir: folder, format: 'esm' })),
    ...(await write(required, root, { dir: folder, format: 'cjs', entryFileNames: '[name].cjs' }))
  ]
  redirect(dist, folder)
  const licences = [...new Set(homes)].map(home => `${titleOf(home)}\n\n${licenceOf(home)}`)
  writeFileSync(join(folder, 'LICENSES.txt'), licences.sort().join(`\n${'-'.repeat(80)}\n`))
}

/** What is imported of a package in any of these texts. */
function importedNames(name: string, texts: readonly string[]): readonly string[] {
  const imports = new RegExp(`^import (?:(\\w+),? )?(?:\\{([^}]*)\\} )?from (['"])${name}\\3`, 'gm')
  const names = texts
    .flatMap(text => [...text.matchAll(imports)])
    .flatMap(([, main, named = '']) => [main && 'default', ...named.split(',').map(one => one.trim().split(' ')[0])])
  return [...new Set(names.flatMap(one => one || []))]
}

/** Writes packages with these exports; returns the folders of all packages that are in them. */
async function write(
  packages: ReadonlyMap<string, readonly string[]>,
  root: string,
  output: OutputOptions
): Promise<string[]> {
  const bundle = await rolldown({
    input: Object.fromEntries([...packages.keys()].map(name => [fileName(name), name])),
    cwd: root,
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    treeshake: { moduleSideEffects: id => !/[\\/]@elastic[\\/]/.test(id) },
    plugins: [standing(packages)]
  })
  const written = await bundle.write(output)
  const modules = written.output.flatMap(part => (part.type === 'chunk' ? part.moduleIds : []))
  return modules.flatMap(module => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module) ?? [])
}

const fileName = (name: string): string => name.replace(/^@\w+\//, '')

/** Has a face stand before each package, since a bundler does not see what CommonJS exports, and others in place of modules. */
function standing(packages: ReadonlyMap<string, readonly string[]>): Plugin {
  return {
    name: 'standing',
    resolveId: (id, importer) =>
      importer === undefined || INSTEAD[id] !== undefined ? `${STANDING}${id}.mjs` : undefined,
    load: id => {
      if (!id.startsWith(STANDING)) return undefined
      const name = id.slice(STANDING.length, -'.mjs'.length)
      return INSTEAD[name] ?? `export { ${packages.get(name)?.join(', ')} } from '${name}'`
    }
  }
}

/** Has `from 'name'` and `require('name')` lead to the bundles. */
function redirect(dist: string, folder: string): void {
  const loads = /(\bfrom |\bcreateRequire\(import\.meta\.url\)\()(['"])([^'"]+)\2/g
  for (const path of globSync('**/*.js', { cwd: dist, exclude: ['packages/**'] }).map(found => join(dist, found))) {
    const text = readFileSync(path, 'utf8')
    const way = `${relative(dirname(path), folder) || '.'}/`.replaceAll('\\', '/').replace(/^(?!\.)/, './')
    const redirected = text.replace(loads, (whole: string, before: string, quote: string, name: string) => {
      const isImport = !before.endsWith('(')
      if (isImport ? !IMPORTED.includes(name) : REQUIRED[name] === undefined) return whole
      return `${before}${quote}${way}${fileName(name)}.${isImport ? 'js' : 'cjs'}${quote}`
    })
    if (redirected !== text) writeFileSync(path, redirected)
  }
}

function titleOf(home: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  return `${name} ${version} (${license})`
}

/** @throws where a package brings no licence along, because then it must not be passed on like this */
function licenceOf(home: string): string {
  const file = existsSync(home) ? readdirSync(home).find(name => /^(?:licen[cs]e|copying)/i.test(name)) : undefined
  if (file === undefined) throw new Error(`${basename(home)} has no licence beside it`)
  return readFileSync(join(home, file), 'utf8').trim()
}
