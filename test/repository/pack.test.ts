// The package as a stranger gets it: packed, installed into an empty folder by npm and run there, under the oldest
// Node.js that this machine has on its path, from files to Elasticsearch.
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { read, root } from './files.ts'

const { url, auth } = await elasticsearch()
const run = promisify(execFile)
const shell = process.platform === 'win32'
const { name, version }: { name: string; version: string } = JSON.parse(read('package.json'))

/** The folder of the oldest Node.js on the path. */
function oldestNode(): string {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(folder => existsSync(join(folder, 'node')))
  const major = (folder: string): number =>
    Number(/\d+/.exec(execFileSync(join(folder, 'node'), ['--version'], { encoding: 'utf8' }))?.[0])
  const [oldest] = folders.map(folder => ({ folder, major: major(folder) })).sort((a, b) => a.major - b.major)
  return oldest?.folder ?? dirname(process.execPath)
}

/** The environment of a person at a shell: nothing of the npm that runs these tests, the oldest Node.js first. */
function personalEnvironment(): NodeJS.ProcessEnv {
  const others = [
    'npm_config_local_prefix',
    'npm_config_prefix',
    'INIT_CWD',
    'NODE',
    'NODE_ENV',
    'NODE_OPTIONS',
    'NODE_PATH'
  ]
  const isOfNpm = (key: string): boolean => /^npm_(?!config_)/.test(key) || others.includes(key)
  const own = Object.entries(process.env).filter(([key]) => !isOfNpm(key))
  return { ...Object.fromEntries(own), PATH: [oldestNode(), process.env.PATH].join(delimiter) }
}

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-pack-'))
  const env = personalEnvironment()
  let packed: Packed

  /** Standard output of a command in the folder. */
  async function output(command: string, ...args: string[]): Promise<string> {
    return (await run(command, args, { cwd: folder, env, shell })).stdout
  }

  beforeAll(async () => {
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, env, shell })
    packed = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)))[0]
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    await output('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, packed.filename))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('holds what runs and what is needed beside it, and no sources', () => {
    const paths = packed.files.map(({ path }) => path)
    const demo = ['web.js', 'payments.js', 'orders.py'].map(program => `dist/cli/demo/writers/${program}`)
    const needed = [
      'LICENSE',
      'README.md',
      'bin/sluice.cjs',
      'bin/node.cjs',
      'dist/cli/main.js',
      'dist/packages/LICENSES.txt',
      'deploy/elasticsearch.yml'
    ]
    expect(paths).toEqual(expect.arrayContaining([...needed, ...demo]))
    expect(paths.filter(path => /^(src|test|scripts|bench|docs)\/|\.ts$|\.map$/.test(path))).toEqual([])
  })

  test('tells its version', async () => {
    expect((await output('npx', name, '--version')).trim()).toBe(version)
  })

  test('imports a file into Elasticsearch, every line once', async () => {
    const dataset = `pack_${Date.now()}`
    const lines = Array.from({ length: 1_000 }, (_, index) => `line ${index}\n`)
    const write = (file: string, value: unknown): void => writeFileSync(join(folder, file), JSON.stringify(value))
    writeFileSync(join(folder, 'app.log'), lines.join(''))
    write('sluice.json', { elasticsearch: { nodes: [url], ...auth }, stateDir: 'state' })
    write('pipeline.json', {
      name: 'app',
      source: { type: 'file', paths: ['app.log'] },
      destination: { dataset }
    })
    const client = new Client({ node: url, ...(auth && { auth }) })
    const index = `logs-${dataset}-default`
    const counts: number[] = []
    for (const _ of ['first', 'again']) {
      await output('npx', name, 'import', '-c', 'sluice.json', '-p', 'pipeline.json', 'app.log')
      await client.indices.refresh({ index })
      counts.push((await client.count({ index })).count)
    }
    await client.close()
    expect(counts).toEqual([lines.length, lines.length])
  })
})
