// Packages of hundreds of modules, as one file each: every module of them would be looked for, opened and compiled at each
// start, which is most of what a start costs. What is bundled is what the lockfile pins, with its licences beside it.

import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { rolldown } from 'rolldown'

interface Bundle {
  readonly name: string
  readonly file: string
  readonly format: 'esm' | 'cjs'
  /** What stands around the name where the sources load it. */
  readonly loading: readonly [before: string, after: string]
}

const BUNDLES: readonly Bundle[] = [
  { name: 'typebox', file: 'typebox.js', format: 'esm', loading: ["from '", "'"] },
  { name: '@elastic/elasticsearch', file: 'elasticsearch.cjs', format: 'cjs', loading: ["(import.meta.url)('", "')"] }
]

/** Puts them into `dist/packages` and has what is in `dist` load them from there. */
export async function bundlePackages(root: string, dist: string): Promise<void> {
  const folder = join(dist, 'packages')
  mkdirSync(folder)
  const licences = new Map<string, string>()
  for (const bundle of BUNDLES) {
    for (const home of await write(bundle, root, folder)) licences.set(home, licenceOf(home))
    redirect(bundle, dist, folder)
  }
  const texts = [...licences].sort().map(([home, text]) => `${titleOf(home)}\n\n${text}`)
  writeFileSync(join(folder, 'LICENSES.txt'), texts.join(`\n${'-'.repeat(80)}\n`))
}

/** Returns the folders of the packages that are in it. */
async function write({ name, file, format }: Bundle, root: string, folder: string): Promise<Set<string>> {
  const bundle = await rolldown({ input: name, cwd: root, platform: 'node', external: [/^node:/] })
  const { output } = await bundle.write({ file: join(folder, file), format })
  const modules = output.flatMap(part => (part.type === 'chunk' ? part.moduleIds : []))
  return new Set(modules.flatMap(module => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module) ?? []))
}

function redirect({ name, file, loading: [before, after] }: Bundle, dist: string, folder: string): void {
  const target = join(folder, file)
  for (const path of globSync('**/*.js', { cwd: dist, exclude: ['packages/**'] }).map(found => join(dist, found))) {
    const text = readFileSync(path, 'utf8')
    if (!text.includes(before + name + after)) continue
    const way = relative(dirname(path), target).replaceAll('\\', '/')
    const from = way.startsWith('.') ? way : `./${way}`
    writeFileSync(path, text.replaceAll(before + name + after, before + from + after))
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
